// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Recordings;

namespace NetStall.Verdicts;

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
