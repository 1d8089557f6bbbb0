// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Budgets;

/// <summary>One holder's part of a wait.</summary>
public readonly record struct BudgetEntry(Holder Holder, Elapsed Length);

/// <summary>Who had the CPU while NET_RX waited. The entries add up to the wait, to the nanosecond: "unknown" is one of them.</summary>
public sealed class Budget
{
    readonly List<BudgetEntry> _entries;

    internal Budget(Elapsed wait, List<BudgetEntry> entries)
    {
        entries.Sort(static (a, b) => b.Length.CompareTo(a.Length));
        Wait = wait;
        _entries = entries;
    }

    public Elapsed Wait { get; }

    /// <summary>Longest first.</summary>
    public IReadOnlyList<BudgetEntry> Entries => _entries;

    public Elapsed Of(HolderKind kind) => Sum(e => e.Holder.Kind == kind);

    public double ShareOf(HolderKind kind) => Of(kind).ShareOf(Wait);

    /// <summary>All that one task held, in the kernel, in user mode and where it is not known which.</summary>
    public Elapsed OfTask(Tid tid) => Sum(e => e.Holder.IsTask && e.Holder.Tid == tid);

    public Elapsed Sum(Func<BudgetEntry, bool> which)
    {
        long sum = 0;
        foreach (var entry in _entries)
        {
            if (which(entry))
                sum += entry.Length.Nanoseconds;
        }
        return new Elapsed(sum);
    }

    /// <summary>The task that held most; null when no task held anything.</summary>
    public Tid? LongestTask()
    {
        Tid? best = null;
        var most = Elapsed.Zero;
        foreach (var entry in _entries)
        {
            if (!entry.Holder.IsTask || entry.Holder.Tid == best)
                continue;
            var held = OfTask(entry.Holder.Tid);
            if (held > most)
                (best, most) = (entry.Holder.Tid, held);
        }
        return best;
    }
}
