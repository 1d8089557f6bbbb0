// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Probing;

/// <summary>What to send and what to make of it.</summary>
/// <param name="Flows">Source ports, at least 1; ICMP has one.</param>
/// <param name="Interval">Between two probes of one flow.</param>
/// <param name="Threshold">Stalls of at least this are told.</param>
public sealed record ProbePlan(ProbeTransport Transport, int? Port, int Flows, Elapsed Interval, Elapsed Threshold)
{
    public static readonly Elapsed ShortestInterval = Elapsed.FromMilliseconds(1);

    /// <summary>More would be a flood.</summary>
    public const int MostPerSecond = 10_000;

    public const int MostFlows = 64;

    /// <summary>
    /// A TCP port cannot be used again before its SYN was answered. With one flow, each probe has a port of its own instead, and may go to another queue.
    /// </summary>
    public bool PortsVary => Transport == ProbeTransport.Tcp && Flows == 1;

    /// <summary>Different ports may go to different receive queues. ICMP has none.</summary>
    public bool ComparesFlows => Flows > 1 || PortsVary;

    /// <summary>Delays and pauses under this are noise.</summary>
    public Elapsed LeastDelay => new(Math.Clamp(Interval.Nanoseconds / 5, 1_000_000, 5_000_000));

    public long PerSecond => Flows * 1_000_000_000L / Interval.Nanoseconds;
}
