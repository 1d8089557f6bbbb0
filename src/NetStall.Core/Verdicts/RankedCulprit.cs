// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Verdicts;

/// <summary>One culprit over all its stalls.</summary>
public sealed record RankedCulprit(string? Comm, Culprit Example, int Stalls, Elapsed Total, Elapsed Worst)
{
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
