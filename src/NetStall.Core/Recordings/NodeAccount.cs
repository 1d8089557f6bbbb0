// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Recordings;

/// <summary>What a node told of itself while it was recorded. Null is what it did not tell.</summary>
public sealed record NodeAccount
{
    /// <summary><c>uname -r</c>.</summary>
    public string? Kernel { get; init; }

    /// <summary>Ticks a second.</summary>
    public int? Hz { get; init; }

    /// <summary><c>none</c>, <c>voluntary</c>, <c>full</c> …</summary>
    public string? Preemption { get; init; }

    /// <summary>Whether its version lets expect that softirqs are left to a ksoftirqd that waits for the CPU: <c>likely</c>, <c>unlikely</c>.</summary>
    public string? GateByVersion { get; init; }

    /// <summary>Packets lost because a CPU's backlog was full, over all CPUs, in <see cref="CountedOver"/>.</summary>
    public long? SoftnetDropped { get; init; }

    /// <summary>Rounds of NET_RX that ended by budget or time, likewise.</summary>
    public long? SoftnetSqueezed { get; init; }

    /// <summary>Between the two readings of the counters.</summary>
    public Elapsed? CountedOver { get; init; }
}
