// SPDX-License-Identifier: Apache-2.0
using NetStall.Budgets;
using NetStall.Model;
using NetStall.Recordings;
using NetStall.Stacks;
using NetStall.Waits;

namespace NetStall.Verdicts;

/// <summary>All that a mechanism may look at when it explains a wait.</summary>
sealed record Evidence(Wait Wait, WaitTrace Trace, Budget Budget, Recording Recording, StackReader Stacks, Elapsed? Beat)
{
    public WaitMarks Marks => Trace.Marks;

    /// <summary>The task that held most of the wait; null when no task did.</summary>
    public Tid? Holder { get; } = Budget.LongestTask();

    public double HolderShare => Holder is { } tid ? Budget.OfTask(tid).ShareOf(Budget.Wait) : 0;

    /// <summary>The part of the holder's time in which it is known to have been in the kernel, silences left out.</summary>
    public double HolderKernelShare
    {
        get
        {
            if (Holder is not { } tid)
                return 0;
            var inKernel = Budget.Sum(e => e.Holder.Kind == HolderKind.TaskKernel && e.Holder.Tid == tid);
            var silent = Budget.Sum(e => e.Holder.Kind == HolderKind.Silent && e.Holder.Tid == tid);
            return inKernel.ShareOf(Budget.OfTask(tid) - silent);
        }
    }

    /// <summary>The part of the holder's time in which it is known to have been in user mode.</summary>
    public double HolderUserShare =>
        Holder is { } tid ? Budget.Sum(e => e.Holder.Kind == HolderKind.TaskUser && e.Holder.Tid == tid).ShareOf(Budget.OfTask(tid)) : 0;

    public bool HolderIsRealTime
    {
        get
        {
            if (Holder is not { } tid)
                return false;
            foreach (var entry in Budget.Entries)
            {
                if (entry.Holder.Tid == tid && entry.Holder.IsRealTime)
                    return true;
            }
            return false;
        }
    }

    public bool IsKsoftirqd(Tid tid)
    {
        var comm = Recording.Tasks.Find(tid, Wait.End).Comm;
        return comm.IsKnown && Recording.Names.Bytes(comm).StartsWith("ksoftirqd/"u8);
    }
}
