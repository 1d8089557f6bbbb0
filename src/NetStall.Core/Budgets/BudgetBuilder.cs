// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Recordings;

namespace NetStall.Budgets;

/// <summary>Adds the pieces of a wait up into who held how much.</summary>
static class BudgetBuilder
{
    public static Budget Of(WaitTrace trace, Recording recording)
    {
        // Some pieces know more of a task than others: a switch told its priority, a record its process.
        var tasks = new Dictionary<int, (Pid? Pid, NameId Comm, int? Priority)>();
        foreach (var piece in trace.Pieces)
        {
            if (!piece.Task.IsKnown)
                continue;
            var known = tasks.GetValueOrDefault(piece.Task.Value);
            tasks[piece.Task.Value] = (
                known.Pid ?? (piece.Pid.Value >= 0 ? piece.Pid : null),
                known.Comm.IsKnown ? known.Comm : piece.Comm,
                known.Priority ?? piece.Priority);
        }

        var sums = new Dictionary<Holder, long>();
        long covered = 0;
        foreach (var piece in trace.Pieces)
        {
            var holder = HolderOf(piece, tasks.GetValueOrDefault(piece.Task.Value), recording);
            sums[holder] = sums.GetValueOrDefault(holder) + piece.Length.Nanoseconds;
            covered += piece.Length.Nanoseconds;
        }

        // Pieces lie end to end, so nothing is missing; and if it were, it would be unknown, not nobody's.
        long missing = trace.Wait.Length.Nanoseconds - covered;
        if (missing > 0)
            sums[Holder.Nobody] = sums.GetValueOrDefault(Holder.Nobody) + missing;

        var entries = new List<BudgetEntry>(sums.Count);
        foreach (var (holder, nanoseconds) in sums)
            entries.Add(new BudgetEntry(holder, new Elapsed(nanoseconds)));
        return new Budget(trace.Wait.Length, entries);
    }

    static Holder HolderOf(in Piece piece, (Pid? Pid, NameId Comm, int? Priority) task, Recording recording)
    {
        if (piece.Kind is HolderKind.Hardirq or HolderKind.Softirq)
            return Holder.Nobody with { Kind = piece.Kind, Name = piece.Name };
        if (piece.Kind == HolderKind.Idle)
            return Holder.Nobody with { Kind = HolderKind.Idle, Tid = Tid.Idle };
        if (!piece.Task.IsKnown)
            return Holder.Nobody with { Kind = piece.Kind };

        var name = recording.Tasks.Find(piece.Task, piece.To);
        return new Holder(
            piece.Kind, piece.Task, task.Pid ?? name.Pid, task.Comm.IsKnown ? task.Comm : name.Comm, piece.Syscall, piece.Name, task.Priority);
    }
}
