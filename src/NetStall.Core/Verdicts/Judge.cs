// SPDX-License-Identifier: Apache-2.0
using NetStall.Budgets;
using NetStall.Model;
using NetStall.Recordings;
using NetStall.Stacks;
using NetStall.Timelines;
using NetStall.Verdicts.Mechanisms;
using NetStall.Waits;
using NetStall.Workloads;

namespace NetStall.Verdicts;

/// <summary>Judges one wait: budget, mechanism, culprit, confidence. A function of the window around it and of nothing else.</summary>
/// <remarks>The first rule that explains most of the wait wins; docs/evidence.md has what each asks for. What no rule explains is unknown.</remarks>
sealed class Judge(Recording recording, StackReader stacks, CgroupMap cgroupMap)
{
    static readonly Func<Evidence, Finding?>[] InOrder =
    [
        BottomHalvesOff.ExplainByRaise,
        Uneventful.Explain,
        HardirqStorm.Explain,
        SoftirqHog.Explain,
        Silence.Explain,
        BottomHalvesOff.Explain,
        NapiThreadLate.Explain,
        KsoftirqdLate.Explain,
        LostRaise.Explain,
    ];

    readonly WaitTracer _tracer = new(recording, stacks);
    readonly CulpritFinder _culprits = new(recording, stacks, cgroupMap);

    /// <summary>The verdict; null when the wait proves to be none.</summary>
    public Stall? Of(Wait wait, EventWindow.Part window, Elapsed? beat)
    {
        var trace = _tracer.Trace(wait, window, beat);
        if (wait.Evidence == WaitEvidence.SampleHole && !IsSilence(trace))
            return null;
        var budget = BudgetBuilder.Of(trace, recording);
        var evidence = new Evidence(wait, trace, budget, recording, stacks, beat);

        Finding? finding = null;
        foreach (var explain in InOrder)
        {
            finding = explain(evidence);
            if (finding is not null)
                break;
        }
        finding ??= new Finding(Mechanism.Unknown, null, IsCertain: false, "What was recorded fits no mechanism for most of the wait.");

        // A silence that nothing explains, and after which no packet came, kept nobody waiting.
        if (wait.Evidence == WaitEvidence.SampleHole && finding.Mechanism == Mechanism.Unknown && recording.Kinds.TellWaits && !trace.Marks.RaisedRightAfter)
            return null;

        var doubts = new List<string>();
        if (finding.Doubt is { } doubt)
            doubts.Add(doubt);
        var confidence = ConfidenceOf(finding, evidence, doubts);
        var culprit = _culprits.Of(finding, evidence, out var functions);
        var cause = functions.Count > 0 || culprit is not null ? _culprits.CauseOf(functions, finding, evidence, culprit) : null;
        return new Stall(
            wait, budget, finding.Mechanism, confidence, culprit, doubts,
            evidence.Marks.PacketsServed, recording.Names.Text(evidence.Marks.Device), cause)
        {
            IsSingleHandler = LongestInterrupt(trace).ShareOf(wait.Length) >= 0.5,
        };
    }

    // Where nothing tells who idled: a hole whose next sample comes on the beat was held back by nothing. The CPU idled, and was not sampled.
    bool IsSilence(WaitTrace trace)
    {
        // A timer that was held back fires as soon as it may. No sample right after: it was not sampled then, as where one of several files
        // has ended, or holds other CPUs.
        if (trace.LateSample is null)
            return recording.Kinds.TellIdle && recording.Kinds.Has(EventKind.VectorEntry);
        return recording.Kinds.TellIdle || trace.LateSampleIsOffBeat == true;
    }

    static Elapsed LongestInterrupt(WaitTrace trace)
    {
        var longest = Elapsed.Zero;
        foreach (var piece in trace.Pieces)
        {
            if (piece.Kind == HolderKind.Hardirq)
                longest = Elapsed.Max(longest, piece.Length);
        }
        return longest;
    }

    static Confidence ConfidenceOf(Finding finding, Evidence e, List<string> doubts)
    {
        if (finding.Mechanism == Mechanism.Unknown)
            return finding.Culprit is not null && e.HolderShare >= 0.8 && !e.Marks.RecordsLost ? Confidence.Medium : Confidence.Low;
        if (e.Marks.RecordsLost)
        {
            doubts.Add("Records were lost within this wait.");
            return Confidence.Low;
        }
        double seen = finding.Culprit is { } tid && tid == e.Holder ? e.HolderShare : 1 - e.Budget.ShareOf(HolderKind.Unknown);
        switch (e.Wait.Evidence)
        {
            case WaitEvidence.RaiseToEntry or WaitEvidence.NapiThread or WaitEvidence.EntryToPoll:
                return finding.IsCertain && seen >= 0.8 ? Confidence.High : Confidence.Medium;
            case WaitEvidence.SampleHole:
                if (!e.Recording.Kinds.TellIdle)
                    doubts.Add("Idle time before it, which was not sampled, may be counted in: without sched_switch the silence cannot be told from it.");
                return finding.IsCertain ? Confidence.High : Confidence.Low;
            default:
                if (seen >= 0.8 && e.Stacks.HasSymbols)
                    return Confidence.Medium;
                doubts.Add(e.Stacks.HasSymbols
                    ? "The samples show the culprit for less than 80 % of the wait."
                    : "Without kernel symbols ksoftirqd's work cannot be told apart: give the node's /proc/kallsyms with --kallsyms.");
                return Confidence.Low;
        }
    }
}
