// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Model;

/// <summary>What a <see cref="KernelEvent"/> tells. Named after the tracepoint where there is one.</summary>
public enum EventKind : byte
{
    /// <summary>Something that we do not interpret, but that proves that its CPU ran this task at this time.</summary>
    Other,

    /// <summary>A sample of the CPU: cycles, cpu-clock or the like, usually with a call chain.</summary>
    Sample,

    SoftirqRaise,
    SoftirqEntry,
    SoftirqExit,
    HardirqEntry,
    HardirqExit,

    /// <summary>irq_vectors:*_entry: an x86 vector without an irq number: local timer, IPIs.</summary>
    VectorEntry,
    VectorExit,
    SchedSwitch,
    SchedWaking,

    /// <summary>sched_wakeup: the task is now on the run queue of its target CPU.</summary>
    SchedWakeup,

    /// <summary>Written when the poll returns.</summary>
    NapiPoll,
    SyscallEnter,
    SyscallExit,

    /// <summary>power:cpu_idle.</summary>
    CpuIdle,

    /// <summary>workqueue_execute_start: what a kworker works on.</summary>
    WorkStart,
    WorkEnd,

    /// <summary>Records that the kernel could not write; the time is when it said so.</summary>
    Lost,
    Throttle,
    Unthrottle,
}
