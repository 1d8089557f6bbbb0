// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Simulation;

/// <summary>What one receive queue has counted.</summary>
public sealed class QueueCounters
{
    /// <summary>Offered by the wire.</summary>
    public long Arrived { get; internal set; }
    public long Missed { get; internal set; }

    /// <summary>Taken off the ring by the driver.</summary>
    public long Taken { get; internal set; }
    public long Interrupts { get; internal set; }
    public long Polls { get; internal set; }
    public long FullPolls { get; internal set; }

    /// <summary>Still in the ring or in the NIC.</summary>
    public long Waiting { get; internal set; }

    public double InterruptsPerPacket => Taken == 0 ? 0 : (double)Interrupts / Taken;
}
