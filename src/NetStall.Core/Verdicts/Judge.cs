// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using NetStall.Budgets;
using NetStall.Catalogue;
using NetStall.Model;
using NetStall.Recordings;
using NetStall.Stacks;
using NetStall.Symbols;
using NetStall.Timelines;
using NetStall.Verdicts.Mechanisms;
using NetStall.Waits;
using NetStall.Workloads;

namespace NetStall.Verdicts;

/// <summary>Judges one wait: budget, mechanism, culprit, confidence. A function of the window around it and of nothing else.</summary>
/// <remarks>The first rule that explains most of the wait wins (kernel-model: section 2.1). What no rule explains is unknown.</remarks>
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
        var culprit = CulpritOf(finding, evidence, out var functions);
        var cause = functions.Count > 0 || culprit is not null ? CauseOf(functions, finding, evidence, culprit) : null;
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

    Culprit? CulpritOf(Finding finding, Evidence e, out IReadOnlyList<string> functions)
    {
        functions = [];
        if (finding.Mechanism is Mechanism.SoftirqHog or Mechanism.NapiBudget or Mechanism.HardirqStorm && finding.Culprit is null)
            return InterruptCulprit(finding, e, out functions);
        if (finding.Culprit is not { } tid)
            return null;

        bool isSoftirq = finding.Mechanism == Mechanism.SoftirqHog;
        var sample = Representative(e, tid, isSoftirq);
        string? syscall = null, function = null, file = null;
        IReadOnlyList<Frame> stack = [];
        if (sample is { } seen)
        {
            stack = StackOf(seen, e);
            functions = stacks.FunctionsRootFirst(seen.Chain, isSoftirq ? seen.Reading.KernelBegin : seen.Reading.TaskBegin, seen.Reading.KernelEnd);
            var own = stacks.FunctionsRootFirst(seen.Chain, seen.Reading.TaskBegin, seen.Reading.KernelEnd);
            syscall = SyscallFrames.Find(CollectionsMarshal.AsSpan(own));
            function = isSoftirq ? BelowHandler(functions) : BelowSyscall(own);
            file = ShowFunctions.FileOf(own)?.Path;
        }
        foreach (var entry in e.Budget.Entries)
        {
            if (entry.Holder.Tid == tid && entry.Holder.Syscall is { } told)
            {
                syscall ??= told;
                break;
            }
        }

        var name = recording.Tasks.Find(tid, e.Wait.End);
        NameId comm = name.Comm;
        Pid? pid = name.Pid;
        foreach (var entry in e.Budget.Entries)
        {
            if (entry.Holder.Tid == tid)
            {
                comm = entry.Holder.Comm.IsKnown ? entry.Holder.Comm : comm;
                pid = entry.Holder.Pid ?? pid;
                break;
            }
        }
        string? cgroup = e.Trace.Cgroups.TryGetValue(tid.Value, out var id) ? recording.Cgroups.PathOf(id) ?? cgroupMap.PathOf(id) : null;
        if (cgroup is null && pid is { } process)
            cgroup = cgroupMap.PathOf(process);

        var held = isSoftirq ? e.Budget.Of(HolderKind.Softirq)
            : finding.Mechanism == Mechanism.InterruptsOff && e.Budget.OfTask(tid) is { Nanoseconds: 0 } ? e.Budget.Of(HolderKind.Silent)
            : e.Budget.OfTask(tid);
        var workload = cgroup is null ? null : Workload.FromCgroupPath(cgroup);
        return new Culprit(
            recording.Names.Text(comm), pid, tid, syscall, file, function, stack, cgroup,
            workload, NamesOf(workload), held, held.ShareOf(e.Wait.Length));
    }

    // A cause must be seen in half of the culprit's samples: of a long system call one leaf or other looks like anything. One that was
    // found because just one sample had read the clock sends people after the clock.
    KnownCause? CauseOf(IReadOnlyList<string> functions, Finding finding, Evidence e, Culprit? culprit)
    {
        string mechanism = finding.Mechanism.Name();
        var cause = KnownCauses.Match(functions, mechanism, culprit?.Comm);
        if (finding.Culprit is not { } tid || e.Wait.Evidence == WaitEvidence.SampleHole)
            return cause;

        bool softirq = finding.Mechanism == Mechanism.SoftirqHog;
        var own = e.Trace.Samples.FindAll(sample => IsOfCulprit(sample, e, tid, softirq));
        // A few dozen tell as much as all of a long wait, which may be thousands.
        const int Enough = 32;
        int step = (own.Count + Enough - 1) / Enough, samples = 0;
        var counts = new Dictionary<string, (KnownCause Cause, int Count)>();
        for (int i = 0; i < own.Count; i += step)
        {
            var sample = own[i];
            samples++;
            if (KnownCauses.Match(FunctionsOf(sample, softirq), mechanism, culprit?.Comm) is { } seen)
                counts[seen.Id] = (seen, counts.GetValueOrDefault(seen.Id).Count + 1);
        }
        if (samples == 0)
            return cause;
        foreach (var (seen, count) in counts.Values)
        {
            if (count * 2 >= samples)
                return seen;
        }
        return null;
    }

    static bool IsOfCulprit(in SampleMark sample, Evidence e, Tid tid, bool softirq) =>
        sample.Task == tid && sample.Reading.HasTaskFrames && sample.Time >= e.Wait.Begin && sample.Time <= e.Wait.End
        && sample.Reading.Layer == StackLayer.Softirq == softirq;

    List<string> FunctionsOf(in SampleMark sample, bool softirq) =>
        stacks.FunctionsRootFirst(sample.Chain, softirq ? sample.Reading.KernelBegin : sample.Reading.TaskBegin, sample.Reading.KernelEnd);

    PodName? NamesOf(Workload? workload) =>
        workload?.Container is { } container && cgroupMap.NamesOf(container) is { } name ? name
        : workload?.Pod is { } pod ? cgroupMap.NamesOf(pod)
        : null;

    // An interrupt's culprit is a function, not a task: whoever it interrupted is innocent.
    Culprit? InterruptCulprit(Finding finding, Evidence e, out IReadOnlyList<string> functions)
    {
        functions = [];
        bool softirq = finding.Mechanism != Mechanism.HardirqStorm;
        var held = e.Budget.Of(softirq ? HolderKind.Softirq : HolderKind.Hardirq);
        foreach (var sample in e.Trace.Samples)
        {
            if (sample.Time < e.Wait.Begin || sample.Time > e.Wait.End || sample.Reading.Layer != (softirq ? StackLayer.Softirq : StackLayer.Hardirq))
                continue;
            int end = sample.Reading.TaskBegin;
            functions = stacks.FunctionsRootFirst(sample.Chain, sample.Reading.KernelBegin, end);
            if (BelowHandler(functions) is not { } function)
                continue;
            return new Culprit(null, null, null, null, null, function, StackOf(sample, e)[^(end - sample.Reading.KernelBegin)..], null, null, null, held, held.ShareOf(e.Wait.Length));
        }
        foreach (var entry in e.Budget.Entries)
        {
            if (entry.Holder.Kind == (softirq ? HolderKind.Softirq : HolderKind.Hardirq) && entry.Holder.Name is { } name)
                return new Culprit(null, null, null, null, null, name, [], null, null, null, held, held.ShareOf(e.Wait.Length));
        }
        return null;
    }

    List<Frame> StackOf(in SampleMark sample, Evidence e)
    {
        var pid = recording.Tasks.Find(sample.Task, sample.Time).Pid ?? new Pid(sample.Task.Value);
        var frames = new List<Frame>(recording.Frames.Resolve(sample.Chain, pid, sample.Time));
        frames.Reverse();
        return frames;
    }

    // Of the culprit's samples in the wait, one whose function most of them share. After a silence, the late one.
    SampleMark? Representative(Evidence e, Tid tid, bool softirq)
    {
        if (e.Wait.Evidence == WaitEvidence.SampleHole)
            return e.Trace.LateSample is { } late && late.Task == tid ? late : null;

        var counts = new Dictionary<string, (int Count, SampleMark Sample)>();
        foreach (var sample in e.Trace.Samples)
        {
            if (!IsOfCulprit(sample, e, tid, softirq))
                continue;
            var functions = FunctionsOf(sample, softirq);
            string key = (softirq ? BelowHandler(functions) : BelowSyscall(functions)) ?? "";
            counts[key] = counts.TryGetValue(key, out var known) ? (known.Count + 1, known.Sample) : (1, sample);
        }
        (int Count, SampleMark Sample)? best = null;
        foreach (var candidate in counts.Values)
        {
            if (best is not { } b || candidate.Count > b.Count)
                best = candidate;
        }
        return best?.Sample;
    }

    // The culprit's function is the first below its system call that does the work; where all is plumbing, the leaf.
    static string? BelowSyscall(List<string> rootFirst)
    {
        int index = SyscallFrames.FirstBelow(CollectionsMarshal.AsSpan(rootFirst));
        if (index < 0)
            index = rootFirst.FindIndex(f => !IsThreadPlumbing(KernelFunctionNames.Strip(f)));
        return index < 0 || index >= rootFirst.Count ? null : KernelFunctionNames.Strip(rootFirst[index]);
    }

    // What every kernel thread runs below; and what merely waits there.
    static bool IsThreadPlumbing(string function) => function is "ret_from_fork_asm" or "ret_from_fork" or "kthread" or "worker_thread" or "process_one_work"
        or "process_scheduled_works" or "rescuer_thread" or "kthread_worker_fn" or "smpboot_thread_fn" || FrameRoles.Of(function) != FrameRole.None;

    // The first function that the vector's handler (or the interrupt's entry code) calls.
    static string? BelowHandler(IReadOnlyList<string> rootFirst)
    {
        int begin = -1;
        for (int i = 0; i < rootFirst.Count; i++)
        {
            var role = FrameRoles.Of(rootFirst[i]);
            if (role is FrameRole.SoftirqHandler or FrameRole.SoftirqCore or FrameRole.HardirqBoundary)
                begin = i;
            else if (rootFirst[i] is "__napi_poll" or "__napi_poll.constprop.0" && begin == i - 1)
                begin = i;
        }
        return begin >= 0 && begin + 1 < rootFirst.Count ? KernelFunctionNames.Strip(rootFirst[begin + 1]) : null;
    }
}
