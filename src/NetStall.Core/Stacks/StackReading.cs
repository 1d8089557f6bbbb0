// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Stacks;

/// <summary>What a call chain says, worked out from the roles of its kernel frames.</summary>
/// <remarks>
/// Leaf first, as recorded:
/// <code>
///   [0 ixgbe_poll, net_rx_action, __do_softirq, irq_exit, do_IRQ, common_interrupt][memcg_stat_show, seq_read, vfs_read, ksys_read, do_syscall_64]
///    \-- the interrupt: its time is not the task's -----------------------------/ \-- the task's own frames begin at TaskBegin
/// </code>
/// </remarks>
readonly record struct StackReading
{
    public StackLayer Layer { get; init; }

    /// <summary>The softirq at work, for <see cref="StackLayer.Softirq"/>; null when its handler is not on the stack.</summary>
    public SoftirqVector? Vector { get; init; }

    /// <summary>Softirqs ran because the task enabled bottom halves, not because an interrupt ended.</summary>
    public bool OnBottomHalfEnable { get; init; }

    /// <summary>Softirqs ran in ksoftirqd.</summary>
    public bool InKsoftirqd { get; init; }

    /// <summary>NET_RX is somewhere in the chain.</summary>
    public bool ServesNetRx { get; init; }

    /// <summary>
    /// The task's own leaf is where interrupts are let in again. What waited strikes right there, so there may be an interrupt
    /// and its softirqs on top, in which the late sample was then taken.
    /// </summary>
    public bool TaskEnablesInterrupts { get; init; }

    /// <summary>The task's own leaf is in the scheduler: it has just come back, or is about to leave.</summary>
    public bool TaskIsSwitching { get; init; }

    public bool StopsMachine { get; init; }

    /// <summary>Index in the chain of the task's own leaf; the chain's length when it has no kernel frames of its own.</summary>
    public int TaskBegin { get; init; }

    /// <summary>Index after the last kernel frame.</summary>
    public int KernelEnd { get; init; }

    /// <summary>Index of the first kernel frame, the leaf.</summary>
    public int KernelBegin { get; init; }

    public bool HasTaskFrames => TaskBegin < KernelEnd;
}
