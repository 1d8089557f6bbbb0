// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Recordings;

namespace NetStall.Verdicts;

/// <summary>How much each task was seen at all: the measure of whether a coincidence is one.</summary>
/// <remarks>
/// A hypervisor that takes a CPU away hits whoever runs most, and a task that wakes a thousand times a second is hit now and then. A task that
/// silences its CPU does so nearly each time it does what it does.
/// </remarks>
sealed class TaskActivity(Recording recording)
{
    readonly Dictionary<int, long> _samples = [];
    readonly Dictionary<int, long> _switches = [];
    readonly Dictionary<(int Tid, int Number), long> _calls = [];

    public void On(in KernelEvent e)
    {
        switch (e.Kind)
        {
            case EventKind.Sample:
                Count(_samples, e.Tid.Value);
                break;
            case EventKind.SchedSwitch:
                Count(_switches, e.NextTid.Value);
                break;
            case EventKind.SyscallEnter:
                Count(_calls, (e.Tid.Value, e.SyscallNumber));
                break;
        }
    }

    /// <summary>
    /// Whether silences that seem to be one culprit's are too many for chance: told by how often its tasks made that system call,
    /// else by how often they came onto a CPU, else by how often they were sampled.
    /// </summary>
    /// <param name="silences">How many.</param>
    /// <param name="tasks">Whose; each once.</param>
    /// <param name="syscall">In which system call; null when unknown.</param>
    public bool IsNoChance(int silences, IReadOnlySet<Tid> tasks, string? syscall)
    {
        if (syscall is not null && recording.Kinds.Has(EventKind.SyscallEnter))
        {
            long calls = 0;
            foreach (var (call, count) in _calls)
            {
                if (tasks.Contains(new Tid(call.Tid)) && Symbols.SyscallNames.Find(recording.Architecture, call.Number) == syscall)
                    calls += count;
            }
            return silences * 5 >= calls;
        }
        if (silences < 2)
            return false;
        return recording.Kinds.Has(EventKind.SchedSwitch) ? silences * 8 >= Sum(_switches, tasks) : silences * 8 >= Sum(_samples, tasks);
    }

    static long Sum(Dictionary<int, long> counts, IReadOnlySet<Tid> tasks)
    {
        long sum = 0;
        foreach (var task in tasks)
            sum += counts.GetValueOrDefault(task.Value);
        return sum;
    }

    static void Count<TKey>(Dictionary<TKey, long> counts, TKey key) where TKey : notnull =>
        System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(counts, key, out _)++;
}
