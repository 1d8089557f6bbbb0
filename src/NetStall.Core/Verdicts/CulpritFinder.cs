// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using NetStall.Budgets;
using NetStall.Catalogue;
using NetStall.Model;
using NetStall.Recordings;
using NetStall.Stacks;
using NetStall.Symbols;
using NetStall.Waits;
using NetStall.Workloads;

namespace NetStall.Verdicts;

/// <summary>Says of a task, or of an interrupt's function, all that its samples and records tell: system call, file, function, stack, pod, and how much it held.</summary>
sealed class CulpritFinder(Recording recording, StackReader stacks, CgroupMap cgroupMap)
{
    /// <summary>Whom a finding blames, and for what; null for nobody.</summary>
    /// <param name="finding">The mechanism, and the task if it is one.</param>
    /// <param name="e">The wait.</param>
    /// <param name="functions">Root first: the stack that stands for it; empty without one.</param>
    public Culprit? Of(Finding finding, Evidence e, out IReadOnlyList<string> functions)
    {
        functions = [];
        if (finding.Mechanism is Mechanism.SoftirqHog or Mechanism.NapiBudget or Mechanism.HardirqStorm && finding.Culprit is null)
            return InterruptCulprit(finding, e, out functions);
        if (finding.Culprit is not { } tid)
            return null;

        bool isSoftirq = finding.Mechanism == Mechanism.SoftirqHog;
        // Whoever ran in user mode for most of it is not blamed for the one call that a sample struck.
        bool inUserMode = finding.Mechanism == Mechanism.KsoftirqdOutcompeted && e.HolderUserShare >= 0.5;
        var sample = inUserMode ? null : Representative(e, tid, isSoftirq);
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
            if (!inUserMode && entry.Holder.Tid == tid && entry.Holder.Syscall is { } told)
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
    public KnownCause? CauseOf(IReadOnlyList<string> functions, Finding finding, Evidence e, Culprit? culprit)
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
        var layer = softirq ? StackLayer.Softirq : StackLayer.Hardirq;
        var best = MostShared(e.Trace.Samples, s => s.Time >= e.Wait.Begin && s.Time <= e.Wait.End && s.Reading.Layer == layer ? BelowHandler(InterruptFunctions(s)) : null);
        if (best is { } sample)
        {
            functions = InterruptFunctions(sample);
            var stack = StackOf(sample, e)[^(sample.Reading.TaskBegin - sample.Reading.KernelBegin)..];
            return new Culprit(null, null, null, null, null, BelowHandler(functions), stack, null, null, null, held, held.ShareOf(e.Wait.Length));
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

        return MostShared(e.Trace.Samples, s => !IsOfCulprit(s, e, tid, softirq) ? null : (softirq ? BelowHandler(FunctionsOf(s, softirq)) : BelowSyscall(FunctionsOf(s, softirq))) ?? "");
    }

    // Of all samples that have a function, the first with the one that most of them share.
    static SampleMark? MostShared(List<SampleMark> samples, Func<SampleMark, string?> functionOf)
    {
        var counts = new Dictionary<string, (int Count, SampleMark First)>();
        foreach (var sample in samples)
        {
            if (functionOf(sample) is { } function)
                counts[function] = counts.TryGetValue(function, out var known) ? (known.Count + 1, known.First) : (1, sample);
        }
        (int Count, SampleMark First)? best = null;
        foreach (var candidate in counts.Values)
        {
            if (best is not { } b || candidate.Count > b.Count)
                best = candidate;
        }
        return best?.First;
    }

    List<string> InterruptFunctions(in SampleMark sample) => stacks.FunctionsRootFirst(sample.Chain, sample.Reading.KernelBegin, sample.Reading.TaskBegin);

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
