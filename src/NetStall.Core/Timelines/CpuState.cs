// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Recordings;

namespace NetStall.Timelines;

/// <summary>What one CPU is doing right after an event: a walk over its events keeps this up to date.</summary>
/// <param name="kinds">What was recorded: an interrupt's entry without its exit would never end.</param>
sealed class CpuState(RecordedKinds kinds)
{
    readonly bool _hardirqsEnd = kinds.Has(EventKind.HardirqExit);
    readonly bool _vectorsEnd = kinds.Has(EventKind.VectorExit);
    readonly bool _softirqsEnd = kinds.Has(EventKind.SoftirqExit);
    readonly Dictionary<int, int?> _syscalls = [];

    /// <summary>Who is on the CPU; unknown until an event tells.</summary>
    public Tid Task { get; private set; } = Tid.Unknown;
    public Pid Pid { get; private set; } = new(-1);
    public NameId Comm { get; private set; }

    /// <summary>Null until a switch tells.</summary>
    public int? Priority { get; private set; }

    /// <summary>Grows each time another task comes onto the CPU: what lies between belongs to one task without a break.</summary>
    public int Stretch { get; private set; }

    /// <summary>The softirq being served; null when none is.</summary>
    public SoftirqVector? Softirq { get; private set; }

    /// <summary>How many hard interrupts are stacked.</summary>
    public int HardirqDepth { get; private set; }

    public NameId HardirqName { get; private set; }

    /// <summary>A raw_syscalls event of the current task told where it is: in a system call, or back in user mode.</summary>
    public bool ModeIsKnown => _syscalls.ContainsKey(Task.Value);

    /// <summary>The system call the current task is in; null when it is in none or nothing told.</summary>
    public int? Syscall => _syscalls.GetValueOrDefault(Task.Value);

    /// <summary>What the current kworker works on.</summary>
    public NameId WorkFunction { get; private set; }

    public void Apply(in KernelEvent e)
    {
        switch (e.Kind)
        {
            case EventKind.SchedSwitch:
                SwitchTo(e.NextTid, new Pid(-1), e.NamesTasks ? e.NextComm : default, e.NamesTasks ? e.NextPriority : null);
                HardirqDepth = 0;
                Softirq = null;
                return;
            case EventKind.Lost:
                SwitchTo(Tid.Unknown, new Pid(-1), default, null);
                _syscalls.Clear();
                HardirqDepth = 0;
                Softirq = null;
                return;
        }

        if (e.Tid.IsKnown && e.Tid != Task)
            SwitchTo(e.Tid, e.Pid, default, null);
        else if (e.Pid.Value >= 0)
            Pid = e.Pid;

        // An exit may have been lost: a record that says in which context it was written knows better.
        if (e.Has(ContextFlags.Known))
        {
            if (!e.Has(ContextFlags.HardIrq))
                HardirqDepth = 0;
            if (!e.Has(ContextFlags.SoftIrq))
                Softirq = null;
        }

        switch (e.Kind)
        {
            case EventKind.SoftirqEntry when _softirqsEnd:
                Softirq = e.Vector;
                break;
            case EventKind.SoftirqExit:
                Softirq = null;
                break;
            case EventKind.HardirqEntry when _hardirqsEnd:
            case EventKind.VectorEntry when _vectorsEnd:
                HardirqDepth++;
                HardirqName = e.HandlerName;
                break;
            case EventKind.HardirqExit or EventKind.VectorExit:
                HardirqDepth = Math.Max(0, HardirqDepth - 1);
                break;
            case EventKind.SyscallEnter:
                _syscalls[e.Tid.Value] = e.SyscallNumber;
                break;
            case EventKind.SyscallExit:
                _syscalls[e.Tid.Value] = null;
                break;
            case EventKind.WorkStart:
                WorkFunction = e.WorkFunction;
                break;
            case EventKind.WorkEnd:
                WorkFunction = default;
                break;
        }
    }

    void SwitchTo(Tid task, Pid pid, NameId comm, int? priority)
    {
        Task = task;
        Pid = pid;
        Comm = comm;
        Priority = priority;
        WorkFunction = default;
        Stretch++;
    }
}
