// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Workloads;

namespace NetStall.Verdicts;

/// <summary>One culprit over all its stalls.</summary>
/// <param name="Comm">Null for an interrupt's function.</param>
/// <param name="Example">From one of its stalls; what differs between them (pid, stack) is this one's.</param>
/// <param name="Stalls">How many.</param>
/// <param name="Total">What it held in all of them.</param>
/// <param name="Worst">The most that it held in one.</param>
public sealed record RankedCulprit(string? Comm, Culprit Example, int Stalls, Elapsed Total, Elapsed Worst)
{
    /// <summary>Who held most first. Stalls without a culprit count for nobody.</summary>
    public static IReadOnlyList<RankedCulprit> Of(IReadOnlyList<Stall> stalls)
    {
        var ranked = new List<RankedCulprit>();
        foreach (var group in stalls.Select(s => s.Culprit).OfType<Culprit>().GroupBy(c =>
            (c.Comm, c.Workload?.Pod, ContainerAlone(c), c.Workload?.Unit, c.Syscall, c.File, Function(c))))
        {
            var held = group.Select(c => c.Held).ToList();
            ranked.Add(new RankedCulprit(
                group.Key.Comm, group.First(), held.Count,
                held.Aggregate(Elapsed.Zero, (a, b) => a + b), held.Aggregate(Elapsed.Zero, Elapsed.Max)));
        }
        ranked.Sort((a, b) => b.Total.CompareTo(a.Total));
        return ranked;
    }

    /// <summary>The container of a culprit without a pod. A pod's containers come and go, and are one culprit.</summary>
    public static ContainerId? ContainerAlone(Culprit culprit) => culprit.Workload is { Pod: null } workload ? workload.Container : null;

    // An interrupt's culprit has no task: its function tells it from others.
    static string? Function(Culprit culprit) => culprit.Comm is null ? culprit.Function : null;
}
