// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Verdicts;

/// <summary>One culprit over all its stalls.</summary>
/// <param name="Comm">Null for an interrupt's function.</param>
/// <param name="Example">From one of its stalls; what differs between them (pid, stack, unit) is this one's.</param>
/// <param name="Stalls">How many.</param>
/// <param name="Total">What it held in all of them.</param>
/// <param name="Worst">The most that it held in one.</param>
public sealed record RankedCulprit(string? Comm, Culprit Example, int Stalls, Elapsed Total, Elapsed Worst)
{
    /// <summary>Who held most first. Stalls without a culprit count for nobody.</summary>
    public static IReadOnlyList<RankedCulprit> Of(IReadOnlyList<Stall> stalls)
    {
        var ranked = new List<RankedCulprit>();
        foreach (var group in stalls.Where(s => s.Culprit is not null).GroupBy(s => (s.Culprit!.Comm, s.Culprit.Workload?.Pod, s.Culprit.Syscall, s.Culprit.File, Function(s.Culprit))))
        {
            var held = group.Select(s => s.Culprit!.Held).ToList();
            ranked.Add(new RankedCulprit(
                group.Key.Comm, group.First().Culprit!, held.Count,
                held.Aggregate(Elapsed.Zero, (a, b) => a + b), held.Aggregate(Elapsed.Zero, Elapsed.Max)));
        }
        ranked.Sort((a, b) => b.Total.CompareTo(a.Total));
        return ranked;
    }

    // An interrupt's culprit has no task: its function tells it from others.
    static string? Function(Culprit culprit) => culprit.Comm is null ? culprit.Function : null;
}
