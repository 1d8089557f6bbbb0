// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Texts;

/// <summary>Which payload a tracepoint's line carries.</summary>
enum TracepointKind : byte
{
    Other,

    /// <summary>A message that may run over several lines: trace_printk, trace_marker, console.</summary>
    FreeText,
    SoftirqRaise,
    SoftirqEntry,
    SoftirqExit,
    IrqHandlerEntry,
    IrqHandlerExit,

    /// <summary>A name ending in _entry or _exit; an interrupt vector if its payload says <c>vector=</c>.</summary>
    MaybeVectorEntry,
    MaybeVectorExit,
    SchedSwitch,
    SchedWaking,
    SchedWakeup,
    NapiPoll,
    SyscallEnter,
    SyscallExit,
    CpuIdle,
    WorkStart,
    WorkEnd,
}

static class TracepointKinds
{
    /// <param name="name">With or without its system: <c>irq:softirq_raise</c> (perf), <c>softirq_raise</c> (ftrace).</param>
    public static TracepointKind Of(ReadOnlySpan<byte> name)
    {
        name = WithoutSystem(name);
        return name switch
        {
            _ when name.SequenceEqual("softirq_raise"u8) => TracepointKind.SoftirqRaise,
            _ when name.SequenceEqual("softirq_entry"u8) => TracepointKind.SoftirqEntry,
            _ when name.SequenceEqual("softirq_exit"u8) => TracepointKind.SoftirqExit,
            _ when name.SequenceEqual("irq_handler_entry"u8) => TracepointKind.IrqHandlerEntry,
            _ when name.SequenceEqual("irq_handler_exit"u8) => TracepointKind.IrqHandlerExit,
            _ when name.SequenceEqual("sched_switch"u8) => TracepointKind.SchedSwitch,
            _ when name.SequenceEqual("sched_waking"u8) => TracepointKind.SchedWaking,
            _ when name.SequenceEqual("sched_wakeup"u8) || name.SequenceEqual("sched_wakeup_new"u8) => TracepointKind.SchedWakeup,
            _ when name.SequenceEqual("napi_poll"u8) => TracepointKind.NapiPoll,
            _ when name.SequenceEqual("sys_enter"u8) => TracepointKind.SyscallEnter,
            _ when name.SequenceEqual("sys_exit"u8) => TracepointKind.SyscallExit,
            _ when name.SequenceEqual("cpu_idle"u8) => TracepointKind.CpuIdle,
            _ when name.SequenceEqual("workqueue_execute_start"u8) => TracepointKind.WorkStart,
            _ when name.SequenceEqual("workqueue_execute_end"u8) => TracepointKind.WorkEnd,
            _ when name.SequenceEqual("print"u8) || name.SequenceEqual("bprint"u8) || name.SequenceEqual("bputs"u8)
                || name.SequenceEqual("tracing_mark_write"u8) || name.SequenceEqual("console"u8) => TracepointKind.FreeText,
            _ when name.EndsWith("_entry"u8) => TracepointKind.MaybeVectorEntry,
            _ when name.EndsWith("_exit"u8) => TracepointKind.MaybeVectorExit,
            _ => TracepointKind.Other,
        };
    }

    public static ReadOnlySpan<byte> WithoutSystem(ReadOnlySpan<byte> name) => name[(name.LastIndexOf((byte)':') + 1)..];
}
