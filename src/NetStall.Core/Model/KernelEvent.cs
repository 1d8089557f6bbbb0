// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Model;

/// <summary>One thing that a recording saw on one CPU: the stream that every source makes and that every judgement reads.</summary>
/// <remarks>
/// A flat value of 64 bytes, since millions pass by. What the payload means depends on <see cref="Kind"/>: use the
/// properties named after it; those of another kind have no meaning. Made only by the factories below.
/// <see cref="Tid"/> is the task that was on the CPU (of a switch: the one that leaves).
/// Call chains travel beside the event, see <see cref="IEventSink"/>.
/// </remarks>
public readonly record struct KernelEvent
{
    readonly int _a, _b, _c, _d;
    readonly NameId _name1, _name2;

    KernelEvent(in EventHead head, EventKind kind, int a = 0, int b = 0, int c = 0, int d = 0, NameId name1 = default, NameId name2 = default)
    {
        Time = head.Time;
        Cpu = head.Cpu;
        Pid = head.Pid;
        Tid = head.Tid;
        Flags = head.Flags;
        PreemptDepth = head.PreemptDepth;
        Cgroup = head.Cgroup;
        Kind = kind;
        _a = a;
        _b = b;
        _c = c;
        _d = d;
        _name1 = name1;
        _name2 = name2;
    }

    public KernelTime Time { get; }
    public CpuId Cpu { get; }
    public Pid Pid { get; }
    public Tid Tid { get; }
    public ContextFlags Flags { get; }

    /// <summary>The task's cgroup where the record tells (PERF_SAMPLE_CGROUP); 0 is unknown.</summary>
    public CgroupId Cgroup { get; }

    /// <summary>preempt_count's depth; of use only with CONFIG_PREEMPT_COUNT.</summary>
    public byte PreemptDepth { get; }
    public EventKind Kind { get; }

    public bool Has(ContextFlags flags) => (Flags & flags) == flags;

    /// <summary>Whether <c>TIF_NEED_RESCHED</c> was set, when the record tells.</summary>
    public bool NeedResched => Has(ContextFlags.Known | ContextFlags.NeedResched);

    // Softirqs
    public SoftirqVector Vector => (SoftirqVector)_a;

    // Hard interrupts. A vector's name is the tracepoint's without its ending: local_timer, call_function_single, reschedule …
    public int Irq => _a;
    public NameId HandlerName => _name1;

    /// <summary>What perf's own switch records have in a priority's place.</summary>
    public const int UnknownPriority = -1;

    /// <summary>
    /// The switch itself says what its tasks are called, as sched_switch does. perf's own records do not: theirs are the names that were
    /// known when they were read, and a later record may know better.
    /// </summary>
    public bool NamesTasks => PreviousPriority != UnknownPriority;

    // sched_switch: Tid leaves, NextTid comes. Priorities are the kernel's: below 100 is real-time or deadline.
    public int PreviousPriority => _a;
    public SwitchDoor Door => (SwitchDoor)_b;
    public Tid NextTid => new(_c);
    public int NextPriority => _d;
    public NameId PreviousComm => _name1;
    public NameId NextComm => _name2;

    // sched_waking, sched_wakeup: Tid wakes WokenTid, which shall run on TargetCpu.
    public Tid WokenTid => new(_c);
    public int WokenPriority => _a;
    public CpuId TargetCpu => new(_d);
    public NameId WokenComm => _name1;

    // napi_poll. Device is unknown for "(no_device)", which is the backlog or a device that gave no name.
    public int Work => _a;
    public int Budget => _b;
    public NameId Device => _name1;
    /// <summary>Tells one NAPI from another within a recording; not an address.</summary>
    public int NapiKey => _c;

    // System calls
    public int SyscallNumber => _a;

    // cpu_idle: the state entered, or -1 on leaving.
    public int IdleState => _a;

    // workqueue_execute_start
    public NameId WorkFunction => _name1;

    // Samples
    /// <summary>Whether the sampled instruction was in the kernel.</summary>
    public bool InKernel => _a != 0;
    /// <summary>Which of the recording's sampling events this is; samples of one event on one CPU make one beat.</summary>
    public int SamplerIndex => _b;

    // Lost, throttle
    public int LostRecords => _a;

    public static KernelEvent Other(in EventHead head) => new(head, EventKind.Other);
    public static KernelEvent Sample(in EventHead head, bool inKernel, int samplerIndex) => new(head, EventKind.Sample, inKernel ? 1 : 0, samplerIndex);
    public static KernelEvent Softirq(in EventHead head, EventKind kind, SoftirqVector vector) => new(head, kind, (int)vector);
    public static KernelEvent Hardirq(in EventHead head, EventKind kind, int irq, NameId handler = default) => new(head, kind, irq, name1: handler);
    public static KernelEvent IrqVector(in EventHead head, EventKind kind, NameId name) => new(head, kind, name1: name);

    public static KernelEvent Switch(in EventHead head, int previousPriority, SwitchDoor door, NameId previousComm, Tid next, int nextPriority, NameId nextComm) =>
        new(head, EventKind.SchedSwitch, previousPriority, (int)door, next.Value, nextPriority, previousComm, nextComm);

    public static KernelEvent Waking(in EventHead head, EventKind kind, Tid woken, NameId comm, int priority, CpuId target) =>
        new(head, kind, priority, 0, woken.Value, target.Value, comm);

    public static KernelEvent NapiPoll(in EventHead head, int work, int budget, NameId device, int napiKey) =>
        new(head, EventKind.NapiPoll, work, budget, napiKey, 0, device);

    public static KernelEvent Syscall(in EventHead head, EventKind kind, int number) => new(head, kind, number);
    public static KernelEvent CpuIdle(in EventHead head, int state) => new(head, EventKind.CpuIdle, state);
    public static KernelEvent Workqueue(in EventHead head, EventKind kind, NameId function) => new(head, kind, name1: function);
    public static KernelEvent LostOrThrottled(in EventHead head, EventKind kind, int count) => new(head, kind, count);

    /// <summary>The same event on another clock.</summary>
    public KernelEvent At(KernelTime time) =>
        new(new EventHead(time, Cpu, Pid, Tid, Flags, PreemptDepth, Cgroup), Kind, _a, _b, _c, _d, _name1, _name2);
}
