// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using NetStall.Model;
using NetStall.Probing;
using NetStall.Reports;

namespace NetStall.Cli.Rendering;

/// <summary>What node and probes say of the same stalls, for people.</summary>
static class JoinText
{
    const int Told = 10;

    public static void Write(WitnessJoin join, ProbeWitness probe, TextWriter output)
    {
        output.Write($"\nprobe of {Visible.Of(probe.Target)} · {Count(probe.Stalls.Count, "stall")} seen from outside · {Clocks(join.Offset)}\n");
        foreach (var (node, seen) in join.Same.OrderByDescending(s => s.Node.Length).Take(Told).OrderBy(s => s.Node.Begin))
        {
            string culprit = node.Culprit is { } name ? Visible.Of(name) : "nobody named";
            output.Write($"  same stall, two witnesses: {node.Cpu} at {node.Begin} s, {Ms(node.Length)} ({node.Mechanism}, {culprit}); from outside {Length(seen)}\n");
        }
        if (join.Same.Count > Told)
            output.Write($"  and {Count(join.Same.Count - Told, "shorter stall")} seen by both.\n");
        Write(output, "by the probes alone", join.ProbeOnly.Select(p => (Where(p.Stall, probe), p.Why)));
        Write(output, "by the node alone", join.NodeOnly.Select(n => ($"{n.Stall.Cpu} at {n.Stall.Begin} s, {Ms(n.Stall.Length)}", n.Why)));
    }

    // What means the same is said once.
    static void Write(TextWriter output, string heading, IEnumerable<(string What, string Why)> stalls)
    {
        foreach (var same in stalls.GroupBy(s => s.Why))
        {
            output.Write($"  {heading}, {Number(same.Count())}: {same.Key}\n");
            foreach (var (what, _) in same.Take(3))
                output.Write($"      {what}\n");
            if (same.Count() > 3)
                output.Write($"      and {Number(same.Count() - 3)} more\n");
        }
    }

    static string Clocks(ClockOffset? offset)
    {
        if (offset is null)
            return "nothing tells how the two clocks lie to each other: record with `perf record -k CLOCK_MONOTONIC`, or probe while there are stalls";
        string differ = offset.WallClocksDiffer is { } wall ? $"the node's wall clock is {Ms(wall < Elapsed.Zero ? Elapsed.Zero - wall : wall)} {(wall < Elapsed.Zero ? "behind" : "ahead of")} the prober's" : "the clocks were set to each other";
        return offset.Sureness switch
        {
            OffsetSureness.Assumed => "no stall tells how the two clocks lie to each other: their wall clocks are taken at their word",
            OffsetSureness.High => $"{differ}, by {offset.Matches} stalls that agree within {Ms(offset.Spread)}: sure",
            OffsetSureness.Medium => $"{differ}, by {offset.Matches} stalls that agree within {Ms(offset.Spread)}: likely ({offset.RunnerUp} would fit otherwise)",
            _ => $"{differ}, by {Count(offset.Matches, "stall")}: not sure ({offset.RunnerUp} would fit otherwise)",
        };
    }

    static string Where(ProbeStall stall, ProbeWitness probe) =>
        $"{(WallClock.Utc(probe.Clock, stall.Begin) is { } utc ? $"{utc[..23].Replace('T', ' ')}Z" : $"{stall.Begin} s")}, {Length(stall)}";

    static string Length(ProbeStall stall) => stall.BeginUnseen ? $"{Ms(stall.AtLeast)} at least" : $"{Ms(stall.AtLeast)} to {Ms(stall.AtMost)}";

    static string Ms(Elapsed length) => $"{length.Milliseconds.ToString(length.Milliseconds < 10 ? "F2" : "F1", CultureInfo.InvariantCulture)} ms";
    static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
    static string Count(long value, string one) => value == 1 ? $"1 {one}" : $"{Number(value)} {one}s";
}
