// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Simulation;

/// <summary>Runnable real-time tasks of one CPU, and how much of it they have had.</summary>
sealed class RealtimeQueue(Machine machine, LiveCpu cpu)
{
    public const long Period = 1_000_000_000, Runtime = 950_000_000;

    readonly List<LiveTask> _tasks = [];

    /// <summary>In this period.</summary>
    public long Used { get; set; }
    public bool IsThrottled { get; private set; }
    public bool IsEmpty => _tasks.Count == 0;

    /// <summary>Null when nobody may run.</summary>
    public LiveTask? First => _tasks.Count == 0 || IsThrottled ? null : _tasks[0];

    /// <param name="atHead">It was preempted: it comes before others of its priority.</param>
    public void Add(LiveTask task, bool atHead)
    {
        int i = 0;
        while (i < _tasks.Count && (_tasks[i].Priority > task.Priority || (!atHead && _tasks[i].Priority == task.Priority)))
            i++;
        _tasks.Insert(i, task);
    }

    public void Remove(LiveTask task) => _tasks.Remove(task);

    /// <summary>True when they have had enough for this period.</summary>
    public bool Throttle()
    {
        if (IsThrottled || machine.Kernel.RealtimeLimit == RealtimeLimit.FairServer)
            return false;
        long limit = Runtime;
        if (machine.Kernel.RealtimeLimit == RealtimeLimit.ThrottleAndBorrow)
        {
            // do_balance_runtime(): an n-th of what each of the others has left.
            foreach (var other in machine.Cpus)
            {
                if (other != cpu)
                    limit += Math.Max(0, Runtime - other.Scheduler.Realtime.Used) / machine.Cpus.Length;
            }
            limit = Math.Min(limit, Period);
        }
        IsThrottled = Used > limit && limit < Period;
        return IsThrottled;
    }

    /// <summary>A period is over; true when somebody may run again.</summary>
    public bool OnPeriod()
    {
        Used = Math.Max(0, Used - Runtime);
        bool freed = IsThrottled && _tasks.Count > 0;
        IsThrottled = false;
        return freed;
    }
}
