// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Simulation;

/// <summary>What differs between kernels, as data. docs/model.md says where each was read.</summary>
public sealed record KernelProfile
{
    public required string Name { get; init; }

    /// <summary>As <c>uname -r</c> would say.</summary>
    public required string Release { get; init; }

    /// <summary>False: each packet interrupts, and goes through the backlog.</summary>
    public bool Napi { get; init; } = true;
    public KsoftirqdGateKind Gate { get; init; }

    /// <summary>Whether what is scheduled while NET_RX runs raises it once more (until 6.3), or joins it.</summary>
    public bool RaisesInsideNetRx { get; init; }

    /// <summary>Whether scheduling a NAPI from task context wakes ksoftirqd.</summary>
    public bool TaskRaiseWakes { get; init; } = true;

    public int Budget { get; init; } = 300;

    /// <summary>Null: two ticks.</summary>
    public long? BudgetMicroseconds { get; init; }
    public int MaxBacklog { get; init; } = 1000;
    public Elapsed MaxSoftirqTime { get; init; } = Elapsed.FromMilliseconds(2);
    public int MaxSoftirqPasses { get; init; } = 10;

    public FairScheduler Scheduler { get; init; }
    public RealtimeLimit RealtimeLimit { get; init; }
    public PreemptionModel Preemption { get; init; } = PreemptionModel.None;

    /// <summary>Before the factor for the number of CPUs: CFS's latency, minimal granularity and wake-up granularity; EEVDF's slice.</summary>
    public Elapsed Latency { get; init; } = Elapsed.FromMilliseconds(6);
    public Elapsed MinGranularity { get; init; } = Elapsed.FromMicroseconds(750);
    public Elapsed WakeupGranularity { get; init; } = Elapsed.FromMilliseconds(1);
    public Elapsed BaseSlice { get; init; } = Elapsed.FromMicroseconds(700);

    /// <summary>Whether trace records tell that bottom halves were off.</summary>
    public bool TellsBottomHalves { get; init; } = true;

    /// <summary>The function that runs softirqs; <c>handle_softirqs</c> since 6.9.</summary>
    public string SoftirqFunction { get; init; } = "__do_softirq";

    /// <summary>Whether system calls have wrappers of their own (<c>__x64_sys_read</c>), and interrupts entries like <c>asm_sysvec_…</c>.</summary>
    public bool HasSyscallWrappers { get; init; } = true;
    public bool HasSysvecs { get; init; } = true;
}

/// <summary>Whether an interrupt's exit leaves softirqs to a ksoftirqd that is merely runnable.</summary>
public enum KsoftirqdGateKind
{
    Absent,

    /// <summary>4.9 to about 4.15: all of them.</summary>
    All,

    /// <summary>Until 6.4: not where HI or TASKLET is pending, which lets everything run.</summary>
    ExceptHiAndTasklet,
}

/// <summary>Who shares the CPU among ordinary tasks.</summary>
public enum FairScheduler
{
    Cfs,
    Eevdf,
}

/// <summary>What keeps real-time tasks from having all of a CPU.</summary>
public enum RealtimeLimit
{
    /// <summary>950 ms of each second, and what other CPUs have left of theirs.</summary>
    ThrottleAndBorrow,

    /// <summary>950 ms of each second.</summary>
    Throttle,

    /// <summary>Ordinary tasks that have waited for 950 ms get 50.</summary>
    FairServer,
}
