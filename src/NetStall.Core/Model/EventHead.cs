// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Model;

/// <summary>What every event has: when, where, and which task was on the CPU.</summary>
public readonly record struct EventHead(
    KernelTime Time, CpuId Cpu, Pid Pid, Tid Tid, ContextFlags Flags = ContextFlags.None, byte PreemptDepth = 0,
    CgroupId Cgroup = default);
