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
    readonly Dictionary<string, List<Tid>> _called = [];
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
    /// <remarks>
    /// Counted over all processes of the name, not over those alone that were silent: of a thousand short-lived `curl`s a virtual CPU that
    /// stops hits one or two, and each of those was seen a few times only.
    /// </remarks>
    /// <param name="silences">How many.</param>
    /// <param name="comm">Of tasks of which name.</param>
    /// <param name="hit">Those tasks themselves.</param>
    /// <param name="syscall">In which system call; null when unknown.</param>
    public bool IsNoChance(int silences, string? comm, IReadOnlySet<Tid> hit, string? syscall)
    {
        var tasks = TasksLike(comm, hit);
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

    // Other threads of a process that was hit do other things; other processes of the name do the same as it.
    HashSet<Tid> TasksLike(string? comm, IReadOnlySet<Tid> hit)
    {
        var tasks = new HashSet<Tid>(hit);
        if (comm is null)
            return tasks;
        var processes = hit.Select(PidOf).OfType<Pid>().ToHashSet();
        if (!_called.TryGetValue(comm, out var called))
            _called.Add(comm, called = [.. recording.Tasks.WithComm(recording.Names.Intern(comm))]);
        foreach (var task in called)
        {
            if (PidOf(task) is not { } pid || !processes.Contains(pid))
                tasks.Add(task);
        }
        return tasks;
    }

    Pid? PidOf(Tid task) => recording.Tasks.Find(task, new KernelTime(long.MaxValue)).Pid;

    static long Sum(Dictionary<int, long> counts, HashSet<Tid> tasks)
    {
        long sum = 0;
        foreach (var task in tasks)
            sum += counts.GetValueOrDefault(task.Value);
        return sum;
    }

    static void Count<TKey>(Dictionary<TKey, long> counts, TKey key) where TKey : notnull =>
        System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(counts, key, out _)++;
}
