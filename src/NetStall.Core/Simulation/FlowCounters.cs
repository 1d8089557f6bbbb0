// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Simulation;

/// <summary>What became of the packets of one <see cref="Arrivals"/>.</summary>
public sealed class FlowCounters
{
    readonly long[] _drops = new long[DropReasons.Count];

    public long Arrived { get; internal set; }

    /// <summary>The stack was done with them: in the socket, or answered.</summary>
    public long Delivered { get; internal set; }

    /// <summary>Taken out of the socket by a task.</summary>
    public long Read { get; internal set; }

    /// <summary>Still in a ring or a backlog at the end.</summary>
    public long Queued { get; internal set; }

    public long Dropped(DropReason reason) => _drops[(int)reason];

    /// <summary>From the NIC to the socket.</summary>
    public LatencyHistogram Latency { get; } = new();

    /// <summary>From the NIC to the task that reads.</summary>
    public LatencyHistogram ReadLatency { get; } = new();

    internal void Drop(DropReason reason) => _drops[(int)reason]++;
    internal void DropMany(DropReason reason, long count) => _drops[(int)reason] += count;
}
