// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Simulation;

/// <summary>One thing that a task does.</summary>
public abstract record TaskStep
{
    TaskStep() { }

    /// <summary>Computes in user mode; a kernel thread in kernel mode, without a point at which it would let go of the CPU.</summary>
    public sealed record Compute(Spread Length) : TaskStep;

    /// <summary>Works in the kernel: a system call, or what a kernel thread does.</summary>
    public sealed record Call : TaskStep
    {
        /// <summary><c>setgroups</c>; null in a kernel thread.</summary>
        public string? Syscall { get; init; }
        public required Spread Length { get; init; }

        /// <summary>What it must not be disturbed by while it works.</summary>
        public Holding Holds { get; init; }

        /// <summary>How long it holds at a time, and how long it lets go in between; null: all the time.</summary>
        public Spread? HoldFor { get; init; }
        public Spread? LetGoFor { get; init; }

        /// <summary>It meets cond_resched() so often; null: never.</summary>
        public Spread? CondResched { get; init; }

        /// <summary>It meets might_sleep() so often, which only <see cref="PreemptionModel.Voluntary"/> takes for more; null: never.</summary>
        public Spread? MightSleep { get; init; }

        /// <summary>Kernel functions below the system call's own, root first, as samples show them.</summary>
        public IReadOnlyList<string> Functions { get; init; } = [];
    }

    /// <summary>Sleeps in clock_nanosleep().</summary>
    public sealed record Sleep(Spread Length) : TaskStep;

    /// <summary>Reads one packet of a <see cref="Receiver"/>, and sleeps until there is one.</summary>
    public sealed record Receive(string From) : TaskStep;

    /// <summary>Sends packets to a <see cref="Receiver"/> of its own host, or null to nobody: they go through this CPU's backlog, served on the sender's back.</summary>
    public sealed record SendLocal(string? To, int Packets = 1, Spread? Cost = null) : TaskStep;

    /// <summary>Raises NET_RX from task context with bottom halves on, as a driver may that schedules NAPI where it should not.</summary>
    /// <param name="Queue">The <see cref="RxQueue.Name"/> whose NAPI is scheduled.</param>
    public sealed record ScheduleNapi(string Queue) : TaskStep;
}

/// <summary>What a task keeps out while it works in the kernel.</summary>
public enum Holding
{
    Nothing,

    /// <summary>A spinlock: it is not preempted, interrupts and softirqs come.</summary>
    Preemption,

    /// <summary><c>spin_lock_bh</c>: interrupts come, softirqs do not.</summary>
    BottomHalves,

    /// <summary><c>spin_lock_irqsave</c>: nothing comes but an NMI.</summary>
    Interrupts,
}
