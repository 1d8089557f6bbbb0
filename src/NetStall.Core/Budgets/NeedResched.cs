// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Budgets;

/// <summary>Tells by need_resched that a task was in the kernel.</summary>
/// <remarks>
/// need_resched is cleared only by schedule(). Between two events that both have it, the task was not switched and did
/// not return to user mode, so it was in the kernel. The second must not owe the flag to its own interrupt: a tick sets
/// it in scheduler_tick(), after which come only that tick's raises of SCHED (kernel/sched/core.c, trigger_load_balance).
/// Nor may both belong to one interrupt and its softirqs, which may have struck in user mode: an emulated machine takes a
/// millisecond over them.
/// </remarks>
sealed class NeedResched
{
    Flagged? _flagged;

    /// <summary>Takes the events of a wait one after the other; may say of pieces of the past that they were in the kernel.</summary>
    public void On(in KernelEvent e, List<Piece> pieces)
    {
        if (!e.Has(ContextFlags.Known))
            return;
        if (e.Kind == EventKind.SchedSwitch)
        {
            // A switch ends what the flag began, and was not far behind it: what lies between was the way out of the kernel.
            if (_flagged is { } since && since.Proves(e.Time))
                MarkKernel(pieces, since.From);
            _flagged = null;
            return;
        }
        if (!e.NeedResched)
        {
            _flagged = null;
            return;
        }
        if (_flagged is not { } before)
        {
            _flagged = new Flagged(e.Time, IsProven: false);
            return;
        }
        bool setByItself = e.Kind == EventKind.SoftirqRaise && e.Vector == SoftirqVector.Sched;
        if (setByItself || !before.Proves(e.Time))
            return;
        MarkKernel(pieces, before.From);
        _flagged = new Flagged(e.Time, IsProven: true);
    }

    // need_resched since then; proven once two interrupts have seen it.
    readonly record struct Flagged(KernelTime From, bool IsProven)
    {
        public bool Proves(KernelTime now) => IsProven || now - From >= MarkReader.LongerThanOneInterrupt;
    }

    static void MarkKernel(List<Piece> pieces, KernelTime since)
    {
        for (int i = pieces.Count - 1; i >= 0 && pieces[i].From >= since; i--)
        {
            if (pieces[i].Kind == HolderKind.Unknown && pieces[i].Task is { IsKnown: true, IsIdle: false })
            {
                var piece = pieces[i];
                piece.Kind = HolderKind.TaskKernel;
                pieces[i] = piece;
            }
        }
    }
}
