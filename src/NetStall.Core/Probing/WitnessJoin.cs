// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Probing;

/// <summary>The stalls of a node and those that probes saw from outside, as the same ones where they are.</summary>
/// <param name="Offset">Null when nothing tells how the clocks lie to each other; then nothing is joined.</param>
/// <param name="Same">Seen by both.</param>
/// <param name="ProbeOnly">Seen by the probes alone, with what that means.</param>
/// <param name="NodeOnly">Told by the node alone, with what that means.</param>
public sealed record WitnessJoin(
    ClockOffset? Offset, IReadOnlyList<(NodeStall Node, ProbeStall Probe)> Same,
    IReadOnlyList<(ProbeStall Stall, string Why)> ProbeOnly, IReadOnlyList<(NodeStall Stall, string Why)> NodeOnly)
{
    /// <summary>Release and end of the wait are the same moment but for the way back, and for what the clocks drift apart.</summary>
    static Elapsed Tolerance(ProbeWitness probe) => new(Math.Clamp(probe.Interval.Nanoseconds / 4, 1_000_000, 5_000_000));

    public static WitnessJoin Of(NodeWitness node, ProbeWitness probe)
    {
        var tolerance = Tolerance(probe);
        var offset = OffsetEstimate.Of(node, probe, tolerance);
        var same = offset is null ? [] : Match(node, probe, offset.Offset, tolerance);
        var joinedNode = same.Select(s => s.Node).ToHashSet(ReferenceEqualityComparer.Instance);
        var joinedProbe = same.Select(s => s.Probe).ToHashSet(ReferenceEqualityComparer.Instance);
        return new WitnessJoin(offset, same,
            [.. probe.Stalls.Where(s => !joinedProbe.Contains(s)).Select(s => (s, WhyProbeOnly(s, node, offset)))],
            [.. node.Stalls.Where(s => !joinedNode.Contains(s)).Select(s => (s, WhyNodeOnly(s, probe, offset)))]);
    }

    static List<(NodeStall Node, ProbeStall Probe)> Match(NodeWitness node, ProbeWitness probe, Elapsed offset, Elapsed tolerance)
    {
        // The closest pair first; each stall is one of one pair only.
        var pairs = from n in node.Stalls
                    from p in probe.Stalls
                    let apart = OffsetEstimate.Size((n.End - (p.End + offset)).Nanoseconds)
                    where apart <= tolerance.Nanoseconds && OffsetEstimate.MayBeSame(n, p, tolerance)
                    orderby apart
                    select (n, p);
        var taken = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var same = new List<(NodeStall Node, ProbeStall Probe)>();
        foreach (var (n, p) in pairs)
        {
            if (taken.Contains(n) || taken.Contains(p))
                continue;
            taken.Add(n);
            taken.Add(p);
            same.Add((n, p));
        }
        same.Sort((a, b) => a.Node.Begin.CompareTo(b.Node.Begin));
        return same;
    }

    static string WhyProbeOnly(ProbeStall stall, NodeWitness node, ClockOffset? offset)
    {
        if (offset is null)
            return "Nothing tells how the two clocks lie to each other, so it cannot be looked up in the node's report.";
        if (node.Seen is var (begin, end) && (stall.Begin + offset.Offset > end || stall.End + offset.Offset < begin))
            return "The node was not recorded at that time.";
        return "The node's receive path, as far as it was recorded, was not the cause: it lies on the path, on a CPU that was not recorded, or before the ring (switch, NIC, hypervisor).";
    }

    static string WhyNodeOnly(NodeStall stall, ProbeWitness probe, ClockOffset? offset)
    {
        if (offset is null)
            return "Nothing tells how the two clocks lie to each other, so it cannot be looked up in the probes.";
        var (begin, end) = (stall.Begin - offset.Offset, stall.End - offset.Offset);
        if (begin > probe.End || end < probe.Begin)
            return "No probe was sent at that time.";
        if (stall.Length < probe.Threshold || stall.Length.Nanoseconds < 2 * probe.Interval.Nanoseconds)
            return $"It is too short for these probes, which are sent every {probe.Interval.ToExactString()} and tell stalls of {probe.Threshold.ToExactString()} or more.";
        if (probe.Pauses.Any(p => p.Begin < end && p.End > begin))
            return "The prober itself paused at that time.";
        return "No probe waited: none was in that CPU's queue. More flows (`netstall probe --tcp PORT --flows 16`) reach more queues.";
    }
}
