// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using NetStall.Model;
using NetStall.Verdicts;

namespace NetStall.Reports;

/// <summary>What can be said where no stall was found.</summary>
/// <param name="Stands">The receive path was not the problem, as far as was asked for. False: too little was seen to say so.</param>
/// <param name="Why">One or two full sentences: of what it acquits, or what is missing and how to get it.</param>
public sealed record Acquittal(bool Stands, string Why)
{
    const string Command = "`perf record -a -k CLOCK_MONOTONIC -e cpu-clock/freq=999,call-graph=fp/ -e irq:softirq_raise -e irq:softirq_entry "
        + "-e irq:softirq_exit -e sched:sched_switch -e sched:sched_waking -e napi:napi_poll`";

    /// <summary>Null where there are stalls: nobody is acquitted then.</summary>
    public static Acquittal? Of(Report report)
    {
        if (report.Stalls.Count > 0)
            return null;
        return WhyNot(report) is { } problem ? new Acquittal(false, problem) : new Acquittal(report.CanAcquit, OfWhat(report));
    }

    static string? WhyNot(Report report)
    {
        var (coverage, recording) = (report.Coverage, report.Recording);
        if (coverage.Cpus.Count == 0 && recording.SampleCount + recording.TracepointCount > 0)
            return "The recording holds nothing of the CPUs asked for.";
        if (!report.HoldsMoment && coverage.Cpus.Count > 0)
            return $"The recording holds nothing of the time asked for: it runs {Span(report)}.";
        if (!recording.Kinds.TellWaits)
            return $"{(recording.SampleCount > 0 ? "Samples alone" : "What was recorded")} cannot acquit: record raises and entries of softirqs too, with {Command}.";
        if (coverage.StillWaiting >= report.Threshold)
            return $"NET_RX was still waiting when the recording ended, for {Ms(coverage.StillWaiting)} by then: record longer, or until it is over.";
        if (recording.TracepointsThinned)
            return "Tracepoints that were recorded now and then cannot acquit: record without -F.";
        if (coverage.Raises == 0)
            return "No packet came while this was recorded, so nothing could wait: record while the node receives.";
        if (!coverage.TellsSilences)
        {
            return (coverage.LongestUnseen > Elapsed.Zero
                    ? $"No raise waited so long, but a CPU was at work for {Ms(coverage.LongestUnseen)} without an event, and packets came right after. "
                    : "No raise waited so long, but one CPU's events end before those of the others. ")
                + $"While interrupts are off nothing is raised, so this cannot acquit: record samples too, with {Command}.";
        }
        return report.CanAcquit ? null : "Too much was lost to acquit: record with larger buffers (`perf record -m 16M`).";
    }

    // A higher bar than the usual one was asked for, another time, or not all CPUs were looked at: then it says no more than that.
    static string OfWhat(Report report)
    {
        var cpus = report.Coverage.Cpus;
        if (report.StallsElsewhere > 0)
            return "The receive path was not the problem in the time asked for.";
        if (report.Threshold > DiagnosisOptions.Default.Threshold)
            return $"No packet was kept waiting for {report.Threshold.ToExactString()} while this was recorded. Shorter waits are not looked at.";
        if (report.Recording.CpusOnline is { } online && cpus.Count < online)
            return $"The receive path of {(cpus.Count == 1 ? cpus[0].ToString() : $"these {cpus.Count} CPUs")} was not the problem while it was recorded. The node has {online} CPUs.";
        return "This node's receive path was not the problem while it was recorded.";
    }

    static string Span(Report report)
    {
        var coverage = report.Coverage;
        return WallClock.Utc(report.Recording.Clock, coverage.Begin) is { } begin && WallClock.Utc(report.Recording.Clock, coverage.End) is { } end
            ? $"from {begin[..23].Replace('T', ' ')}Z to {end[..23].Replace('T', ' ')}Z"
            : $"from {coverage.Begin} s to {coverage.End} s on its own clock";
    }

    static string Ms(Elapsed length) => string.Create(CultureInfo.InvariantCulture, $"{length.Milliseconds:F1} ms");
}
