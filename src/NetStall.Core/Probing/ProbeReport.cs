// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Recordings;

namespace NetStall.Probing;

/// <summary>What a run of probes found: a value, and the input of every rendering and of the join with a node's report.</summary>
/// <param name="Clock">The prober's: CLOCK_MONOTONIC, with its wall clock.</param>
/// <param name="Begin">When the first probe was sent.</param>
/// <param name="End">When the last one was sent.</param>
/// <param name="LongestLoss">So many were lost one after the other.</param>
/// <param name="Skipped">Not sent when they were due: the prober paused, or the port was still taken by a probe on its way.</param>
/// <param name="Strays">Answers that nobody waited for any more.</param>
/// <param name="Percentiles">Round-trip times, by percent; empty when nothing was answered.</param>
/// <param name="Stalls">The peer's, in order of begin.</param>
/// <param name="LateAnswers">The first thousand.</param>
/// <param name="LateAnswerCount">All of them.</param>
/// <param name="Withheld">Stalls and late answers that are not told, since the prober itself paused at that time.</param>
/// <param name="Notes">What the reader must know, in full sentences.</param>
public sealed record ProbeReport(
    ProbeTarget Target, ProbePlan Plan, ProberFacts Prober, RecordingClock Clock, KernelTime Begin, KernelTime End,
    long Sent, long Answered, long Lost, long LongestLoss, long Skipped, long Strays,
    IReadOnlyList<(double Percent, Elapsed Rtt)> Percentiles, IReadOnlyList<ProbeStall> Stalls,
    IReadOnlyList<LateAnswer> LateAnswers, long LateAnswerCount, IReadOnlyList<FlowCount> Flows,
    long Withheld, IReadOnlyList<OwnPause> Pauses, long PauseCount, Elapsed WorstPause, Elapsed Unsent, IReadOnlyList<string> Notes)
{
    /// <summary>Of all stalls. One that left other flows alone is proof that flows differ.</summary>
    public StallReach Reach =>
        Stalls.Any(s => s.Reach == StallReach.OneQueue) ? StallReach.OneQueue
        : Stalls.Any(s => s.Reach == StallReach.WholeHost) ? StallReach.WholeHost
        : StallReach.Unknown;

    /// <summary>
    /// Whether "no stall" can be said: most of what was due was sent, and most of what was sent was answered. A queue of which nothing is heard may stall.
    /// </summary>
    public bool TellsAbsence => Answered > 0 && Lost * 10 <= Sent && Skipped * 10 <= Sent && Withheld == 0;
}
