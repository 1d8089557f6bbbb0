// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Recordings;

namespace NetStall.Probing;

/// <summary>
/// Finds how the clocks of node and prober lie to each other from the stalls themselves: the moment at which answers were released is the moment at
/// which a wait ended. Each pair of stalls votes for an offset; right pairs vote for the same one, wrong pairs for any.
/// </summary>
static class OffsetEstimate
{
    /// <summary>Of each side; pairs grow with the square.</summary>
    const int Longest = 1000;

    /// <summary>Wall clocks of machines that once knew the time do not lie further apart.</summary>
    static readonly Elapsed MostBetweenWallClocks = Elapsed.FromSeconds(3600);

    const long OneSecond = 1_000_000_000;

    readonly record struct Vote(long Offset, int Node, int Probe);

    public static ClockOffset? Of(NodeWitness node, ProbeWitness probe, Elapsed tolerance)
    {
        var byWallClock = BetweenWallClocks(node.Clock, probe.Clock);
        var votes = Votes(node, probe, tolerance, byWallClock);
        var assumed = byWallClock is { } told ? new ClockOffset(told, Elapsed.Zero, Elapsed.Zero, 0, 0, OffsetSureness.Assumed) : null;
        if (votes.Count == 0)
            return assumed;

        long expected = byWallClock?.Nanoseconds ?? 0;
        var windows = Windows(votes, 2 * tolerance.Nanoseconds);
        var best = windows.OrderByDescending(w => w.Stalls).ThenBy(w => byWallClock is null ? 0 : Size(w.Offset - expected)).First();
        int runnerUp = windows.Where(w => Size(w.Offset - best.Offset) > 4 * tolerance.Nanoseconds).Select(w => w.Stalls).DefaultIfEmpty(0).Max();
        var differ = byWallClock is { } wall ? new Elapsed(best.Offset - wall.Nanoseconds) : (Elapsed?)null;
        // One pair fits anywhere: two wall clocks are to be trusted more.
        if (best.Stalls == 1 && differ is { } far && Size(far.Nanoseconds) > OneSecond)
            return assumed;
        var sureness = best.Stalls >= 3 && runnerUp * 2 <= best.Stalls ? OffsetSureness.High
            : best.Stalls >= 2 && runnerUp < best.Stalls ? OffsetSureness.Medium
            : OffsetSureness.Low;
        return new ClockOffset(new Elapsed(best.Offset), differ, new Elapsed(best.Spread), best.Stalls, runnerUp, sureness);
    }

    /// <summary>Whether the lengths allow it. The node's wait begins with the first packet that comes, whoever sent it.</summary>
    public static bool MayBeSame(NodeStall node, ProbeStall probe, Elapsed tolerance) =>
        node.Length >= probe.AtLeast - tolerance && (node.IsUpperBound || probe.BeginUnseen || node.Length <= probe.AtMost + tolerance);

    /// <summary>Without its sign. Of a file that somebody made up, the difference of two times may be the one number that has no other sign.</summary>
    public static long Size(long difference) => difference == long.MinValue ? long.MaxValue : Math.Abs(difference);

    static Elapsed? BetweenWallClocks(RecordingClock node, RecordingClock probe) =>
        node.WallClockAt is var (nodeTime, nodeWall) && probe.WallClockAt is var (probeTime, probeWall)
            ? new Elapsed(nodeTime.Nanoseconds - nodeWall - (probeTime.Nanoseconds - probeWall))
            : null;

    static List<Vote> Votes(NodeWitness node, ProbeWitness probe, Elapsed tolerance, Elapsed? byWallClock)
    {
        var (nodes, probes) = (LongestOf(node.Stalls, s => s.Length), LongestOf(probe.Stalls, s => s.Length));
        var votes = new List<Vote>();
        for (int n = 0; n < nodes.Count; n++)
        {
            for (int p = 0; p < probes.Count; p++)
            {
                long offset = (nodes[n].End - probes[p].End).Nanoseconds;
                bool near = byWallClock is not { } wall || Size(offset - wall.Nanoseconds) <= MostBetweenWallClocks.Nanoseconds;
                if (near && MayBeSame(nodes[n], probes[p], tolerance))
                    votes.Add(new Vote(offset, n, p));
            }
        }
        votes.Sort((a, b) => a.Offset.CompareTo(b.Offset));
        return votes;
    }

    static List<T> LongestOf<T>(IReadOnlyList<T> stalls, Func<T, Elapsed> length) => [.. stalls.OrderByDescending(length).Take(Longest)];

    // Every window of that width that begins at a vote: its middle vote, and how many stalls of each side stand in it.
    static List<(long Offset, int Stalls, long Spread)> Windows(List<Vote> votes, long width)
    {
        var windows = new List<(long, int, long)>();
        var (nodes, probes) = (new Dictionary<int, int>(), new Dictionary<int, int>());
        int end = 0;
        for (int begin = 0; begin < votes.Count; begin++)
        {
            for (; end < votes.Count && votes[end].Offset - votes[begin].Offset <= width; end++)
            {
                nodes[votes[end].Node] = nodes.GetValueOrDefault(votes[end].Node) + 1;
                probes[votes[end].Probe] = probes.GetValueOrDefault(votes[end].Probe) + 1;
            }
            windows.Add((votes[(begin + end - 1) / 2].Offset, Math.Min(nodes.Count, probes.Count), votes[end - 1].Offset - votes[begin].Offset));
            Forget(nodes, votes[begin].Node);
            Forget(probes, votes[begin].Probe);
        }
        return windows;
    }

    static void Forget(Dictionary<int, int> counts, int key)
    {
        if (--counts[key] == 0)
            counts.Remove(key);
    }
}
