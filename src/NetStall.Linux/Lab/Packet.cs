// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Linux.Lab;

/// <summary>One packet of the lab's own traffic, both times in CLOCK_MONOTONIC.</summary>
/// <param name="Sent">Before the sender's system call.</param>
/// <param name="Arrived">As the kernel took it from the routing host's last device; null when it never came.</param>
public readonly record struct Packet(KernelTime Sent, KernelTime? Arrived);
