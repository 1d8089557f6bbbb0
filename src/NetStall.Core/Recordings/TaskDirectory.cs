// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Recordings;

/// <summary>Names of tasks over time: PERF_RECORD_COMM and FORK, and what sched_switch says in passing.</summary>
/// <remarks>
/// Records of several CPUs arrive interleaved, so the comm of a task may be told after the samples it belongs to. Hence
/// nothing is looked up while reading: a name is asked for by (tid, time) when a verdict needs it, and a tid that was
/// used twice keeps both names.
/// </remarks>
public sealed class TaskDirectory
{
    /// <summary>Names kept of one task; then the older half goes. Only tid 0, which is the idle task of every CPU, and files made to hurt have more.</summary>
    const int MostNames = 1024;

    readonly record struct Entry(KernelTime Since, Pid? Pid, NameId Comm);

    readonly Dictionary<int, List<Entry>> _byTid = [];

    /// <summary>How many tasks have been seen.</summary>
    public int Count => _byTid.Count;

    /// <summary>The task is called so from then on: a COMM record, synthesized (time 0) or real.</summary>
    public void OnComm(KernelTime time, Pid pid, Tid tid, NameId comm) => Add(tid, new Entry(time, pid, comm));

    /// <summary>A new task; it is called like its parent until it says otherwise.</summary>
    public void OnFork(KernelTime time, Pid pid, Tid tid, Tid parent) => Add(tid, new Entry(time, pid, Find(parent, time).Comm));

    /// <summary>An event names the task in passing (prev_comm and the like). Cheap when it says nothing new.</summary>
    public void OnSeen(KernelTime time, Tid tid, NameId comm)
    {
        if (!tid.IsKnown || !comm.IsKnown)
            return;
        if (_byTid.TryGetValue(tid.Value, out var entries))
        {
            var last = entries[^1];
            if (last.Comm == comm || time < last.Since)
                return;
            Add(tid, new Entry(time, last.Pid, comm));
            return;
        }
        Add(tid, new Entry(default, null, comm));
    }

    /// <summary>The task's name at that time; the earliest one known when that time is before all that was told.</summary>
    public TaskName Find(Tid tid, KernelTime time)
    {
        if (!tid.IsKnown || !_byTid.TryGetValue(tid.Value, out var entries))
            return default;
        int i = Math.Max(0, After(entries, time) - 1);
        return new TaskName(entries[i].Pid, entries[i].Comm);
    }

    /// <summary>Every task that was ever called so, in no order: ksoftirqd/3 and its like.</summary>
    public IEnumerable<Tid> WithComm(NameId comm)
    {
        foreach (var (tid, entries) in _byTid)
        {
            foreach (var entry in entries)
            {
                if (entry.Comm == comm)
                {
                    yield return new Tid(tid);
                    break;
                }
            }
        }
    }

    void Add(Tid tid, Entry entry)
    {
        if (!tid.IsKnown)
            return;
        if (!_byTid.TryGetValue(tid.Value, out var entries))
        {
            _byTid.Add(tid.Value, [entry]);
            return;
        }
        if (entries.Count == MostNames)
            entries.RemoveRange(0, MostNames / 2);
        entries.Insert(After(entries, entry.Since), entry);
    }

    // The index of the first entry later than that time: nearly always the end, where events of one CPU come in order.
    static int After(List<Entry> entries, KernelTime time)
    {
        if (entries[^1].Since <= time)
            return entries.Count;
        int low = 0, high = entries.Count - 1;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (entries[middle].Since <= time)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
