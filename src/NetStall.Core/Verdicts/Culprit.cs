// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Workloads;

namespace NetStall.Verdicts;

/// <summary>Who kept NET_RX from being served. Unknown is null.</summary>
/// <param name="Function">The first frame below the system call that is no plumbing; of a softirq or interrupt, of its handler.</param>
/// <param name="Stack">Root first.</param>
/// <param name="Held">How much of the wait it held.</param>
/// <param name="Share">That as a part of the wait, 0 to 1.</param>
public sealed record Culprit(
    string? Comm, Pid? Pid, Tid? Tid, string? Syscall, string? File, string? Function, IReadOnlyList<Frame> Stack,
    string? Cgroup, Workload? Workload, PodName? PodName, Elapsed Held, double Share);
