// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Simulation;

/// <summary>One stream of packets: when they come, into which queue, what they cost, and who reads them.</summary>
public sealed record Arrivals
{
    public string Name { get; init; } = "packets";
    public required ArrivalPattern Pattern { get; init; }

    /// <summary>The <see cref="RxQueue.Name"/> that its flow hashes to.</summary>
    public string Queue { get; init; } = RxQueue.DefaultName;

    /// <summary>The <see cref="Receiver.Name"/> that it is for; null when the kernel itself answers, as it does a ping.</summary>
    public string? To { get; init; }

    /// <summary>From when and until when. Null: to the end.</summary>
    public Elapsed From { get; init; } = Elapsed.Zero;
    public Elapsed? Until { get; init; }

    /// <summary>Further rounds through the stack: 0 a socket of the host, 1 a pod behind veth, 2 a tunnel and a pod. Each goes through the backlog.</summary>
    public int Hops { get; init; }

    /// <summary>What the stack does for one packet, once for the device and once for each hop; null for <see cref="Costs.Packet"/>.</summary>
    public Spread? Cost { get; init; }
}
