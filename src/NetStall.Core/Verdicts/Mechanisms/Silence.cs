// SPDX-License-Identifier: Apache-2.0
using NetStall.Budgets;
using NetStall.Model;
using NetStall.Recordings;
using NetStall.Stacks;
using NetStall.Waits;

namespace NetStall.Verdicts.Mechanisms;

/// <summary>The CPU was silent: <c>interrupts-off</c>, <c>machine-stopped</c>, or not running at all, <c>vcpu-steal</c>.</summary>
/// <remarks>
/// All look the same while they last. Where the hypervisor tells what it took, and it took as much, that was it. Else what tells them apart is the first late beat: after interrupts-off code it comes at the very
/// instruction that lets interrupts in again, so on <c>_raw_spin_unlock_irqrestore</c> or its like, and its caller is the culprit.
/// A hypervisor gives a CPU back anywhere: in user mode, or in the middle of a function. So:
/// <code>
///   late beat in user mode                        nobody in the guest: unknown (steal, which nobody counted)
///   late beat elsewhere in the kernel             unknown
///   late beat where interrupts come back          interrupts-off, caller to blame
///   silence spans one whole system call           interrupts-off, that call to blame
/// </code>
/// </remarks>
static class Silence
{
    public static Finding? Explain(Evidence e)
    {
        // Short silences strewn over a wait do not change who had the CPU before and after each of them.
        if (e.Wait.Evidence != WaitEvidence.SampleHole && e.Trace.LongestSilence.ShareOf(e.Wait.Length) < 0.5)
            return null;

        if (WasStolen(e))
            return new Finding(Mechanism.VcpuSteal, null, IsCertain: true);

        if (SpansOneSyscall(e) is { } caller)
            return new Finding(Mechanism.InterruptsOff, caller, IsCertain: true);

        if (e.Trace.LateSample is not { } late)
            return Unexplained("No sample came right after the silence, so that nothing tells interrupts off from a virtual CPU that was not running.");

        var reading = late.Reading;
        if (reading.StopsMachine)
            return new Finding(Mechanism.MachineStopped, null, IsCertain: true);
        if (reading.Layer == StackLayer.User)
            return Unexplained("The first sample after the silence is in user mode, where interrupts cannot be off: the virtual CPU was not running, or a hardware interrupt took very long.");
        if (!e.Stacks.HasSymbols)
            return Unexplained("Without kernel symbols nothing tells interrupts off from a virtual CPU that was not running. Give the node's /proc/kallsyms with --kallsyms.");
        if (!reading.TaskEnablesInterrupts || reading.TaskIsSwitching || !late.Task.IsKnown || late.Task.IsIdle)
            return Unexplained("The first sample after the silence is not where interrupts come back on: they may have been off, or the virtual CPU was not running.");
        return new Finding(Mechanism.InterruptsOff, late.Task, IsCertain: false);
    }

    // The counter goes by steps, and what else was stolen between its two readings counts in: a short silence proves nothing.
    static bool WasStolen(Evidence e) =>
        e.Trace.LongestSilentPiece is { } silence
        && e.Recording.Steal.Around(e.Wait.Cpu, silence.From, silence.To) is { } stolen
        && stolen >= StealHistory.Step + StealHistory.Step && stolen.ShareOf(silence.Length) >= 0.8;

    static Finding Unexplained(string why) => new(Mechanism.Unknown, null, IsCertain: false, why);

    // raw_syscalls:  sys_enter [ silence ] sys_exit, with little else of the call on either side.
    static Tid? SpansOneSyscall(Evidence e)
    {
        if (!e.Recording.Kinds.Has(EventKind.SyscallEnter) || !e.Recording.Kinds.Has(EventKind.SyscallExit))
            return null;
        Tid? caller = null;
        foreach (var piece in e.Trace.Pieces)
        {
            if (piece.Kind != HolderKind.Silent)
                continue;
            if (piece.SyscallNumber < 0 || piece.Length.ShareOf(e.Wait.Length) < 0.8)
                return null;
            caller = piece.Task;
        }
        return caller is not null && e.Trace.SilentCallIsShort ? caller : null;
    }
}
