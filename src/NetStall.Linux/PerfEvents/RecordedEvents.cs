// SPDX-License-Identifier: Apache-2.0
using NetStall.PerfData.Writing;

namespace NetStall.Linux.PerfEvents;

/// <summary>Which events make a recording that can be judged exactly: docs/evidence.md's level B+, but for system calls.</summary>
static class RecordedEvents
{
    // enum perf_type_id, perf_hw_id, perf_sw_ids
    const uint Hardware = 0, Software = 1, Tracepoint = 2;
    const ulong CpuCycles = 0, CpuClock = 0, Dummy = 9;

    /// <summary>A tracepoint, and which of its records are wanted.</summary>
    public readonly record struct Wanted(string System, string Name, string? Filter = null, bool Cgroup = false)
    {
        public string FullName => $"{System}:{Name}";
    }

    /// <summary>Wake-ups of those who serve packets; all others would cost more than all else together.</summary>
    const string Servers = "comm ~ \"ksoftirqd/*\" || comm ~ \"napi/*\" || comm ~ \"backlog_napi*\" || comm ~ \"irq/*\"";

    /// <summary>Without these no wait can be told.</summary>
    public static readonly Wanted[] Needed =
    [
        new("irq", "softirq_raise"),
        new("irq", "softirq_entry"),
        new("irq", "softirq_exit"),
        new("sched", "sched_switch", Cgroup: true),
    ];

    /// <summary>Taken where the kernel has them: irq_vectors is x86's, napi_poll may be built without.</summary>
    public static readonly Wanted[] Welcome =
    [
        new("sched", "sched_waking", Servers),
        new("napi", "napi_poll"),
        new("irq", "irq_handler_entry"),
        new("irq", "irq_handler_exit"),
        new("irq_vectors", "local_timer_entry"),
        new("irq_vectors", "local_timer_exit"),
        new("irq_vectors", "call_function_single_entry"),
        new("irq_vectors", "call_function_single_exit"),
        new("irq_vectors", "reschedule_entry"),
        new("irq_vectors", "reschedule_exit"),
    ];

    /// <summary>Beside them when asked for: they tell a call's exact length, and cost something on each call of the node.</summary>
    public static readonly Wanted[] SystemCalls = [new("raw_syscalls", "sys_enter"), new("raw_syscalls", "sys_exit")];

    /// <summary>The CPU's own cycles, by an interrupt that also strikes where others are off.</summary>
    public static PerfEventSpec Cycles(int frequency) => Sampler("cycles", Hardware, CpuCycles) with { Frequency = (ulong)frequency };

    /// <summary>A timer a CPU. Blind where interrupts are off, and the hole tells that.</summary>
    /// <remarks>Its period is given, not its frequency: so it is exact, and the kernel has nothing to steer (perf_swevent_init_hrtimer).</remarks>
    public static PerfEventSpec Clock(int frequency) => Sampler("cpu-clock", Software, CpuClock) with { Period = 1_000_000_000 / (ulong)frequency };

    static PerfEventSpec Sampler(string name, uint type, ulong config) =>
        new() { Name = name, Type = type, Config = config, CallChain = true, Cgroup = true };

    /// <summary>Counts nothing; carries the records about tasks, code and cgroups.</summary>
    public static readonly PerfEventSpec SideRecords = new()
    {
        Name = "dummy:HG",
        Type = Software,
        Config = Dummy,
        SideRecords = true,
        ProgramRecords = true,
        CgroupRecords = true,
    };

    public static PerfEventSpec Of(Tracefs tracefs, Wanted wanted) => new()
    {
        Name = wanted.FullName,
        Type = Tracepoint,
        Config = tracefs.IdOf(wanted.System, wanted.Name),
        Period = 1,
        Raw = true,
        Cgroup = wanted.Cgroup,
        Filter = wanted.Filter,
    };
}
