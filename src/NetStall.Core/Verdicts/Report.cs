// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Recordings;

namespace NetStall.Verdicts;

/// <summary>How much was seen: what an acquittal rests on.</summary>
/// <param name="Raises">NET_RX raises, and wake-ups of NAPI threads.</param>
/// <param name="Served">Those whose service was seen.</param>
/// <param name="Unpaired">Entries without a raise, and raises given up when records were lost.</param>
/// <param name="WorstWait">Null when raises and entries were not recorded.</param>
public sealed record Coverage(long Raises, long Served, long Unpaired, Elapsed? WorstWait, Elapsed Seen, IReadOnlyList<CpuId> Cpus)
{
    /// <summary>
    /// On every CPU that received, interrupts that were off would have shown. Raise and entry do not show them: the packet's own interrupt waits
    /// too, and NET_RX is raised only when it is over.
    /// </summary>
    public bool TellsSilences { get; init; }

    /// <summary>
    /// The longest that such a CPU was at work without an event and had packets right after, where nothing regular was recorded that would tell
    /// whether interrupts were off; zero while shorter than the threshold.
    /// </summary>
    public Elapsed LongestUnseen { get; init; }

    /// <summary>Of none of those CPUs more than a twentieth of the records was lost.</summary>
    public bool LostLittle { get; init; } = true;

    /// <summary>The longest that NET_RX, or a NAPI thread, was still waiting when its CPU's last event came; zero when none was.</summary>
    public Elapsed StillWaiting { get; init; }

    /// <summary>The first and the last event.</summary>
    public KernelTime Begin { get; init; }
    public KernelTime End { get; init; }
}

/// <summary>The diagnosis of one recording: a value, and the input of every rendering.</summary>
/// <param name="Stalls">In order of begin.</param>
public sealed record Report(Recording Recording, Coverage Coverage, IReadOnlyList<Stall> Stalls, GateVerdict Gate, Elapsed Threshold)
{
    /// <summary>
    /// Whether "no stall" can be said at all: raises and entries were recorded and came, silences would have shown, nothing was waiting at the end,
    /// and little was lost.
    /// Samples alone can show a stall, never the absence of one.
    /// </summary>
    public bool CanAcquit =>
        Recording.Kinds.TellWaits && Coverage.Raises > 0 && Coverage.Seen > Elapsed.Zero && !Recording.TracepointsThinned
        && Coverage.TellsSilences && Coverage.LostLittle && Coverage.StillWaiting < Threshold && HoldsMoment
        && Recording.LostRecords * 20 <= Recording.TracepointCount + Recording.SampleCount + Recording.LostRecords;

    /// <summary>False when a moment was asked for of which the recording holds nothing.</summary>
    public bool HoldsMoment { get; init; } = true;

    /// <summary>Stalls that were found, and left out because another moment was asked for.</summary>
    public int StallsElsewhere { get; init; }

    /// <summary>This report with those stalls only that overlap a stretch of time.</summary>
    public Report Within(KernelTime begin, KernelTime end)
    {
        var kept = Stalls.Where(s => s.Wait.Begin <= end && s.Wait.End >= begin).ToList();
        return this with
        {
            Stalls = kept,
            StallsElsewhere = StallsElsewhere + Stalls.Count - kept.Count,
            HoldsMoment = HoldsMoment && Coverage.Begin <= end && Coverage.End >= begin,
        };
    }

    /// <summary>Who cost most over all stalls.</summary>
    public IReadOnlyList<RankedCulprit> Ranking => RankedCulprit.Of(Stalls);
}

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
