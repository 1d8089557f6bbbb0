// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Simulation;

/// <summary>What an administrator may set. Null: as the kernel's profile has it.</summary>
public sealed record Tunables
{
    /// <summary><c>net.core.netdev_budget</c>: packets in one NET_RX.</summary>
    public int? Budget { get; init; }

    /// <summary><c>net.core.netdev_budget_usecs</c>. The kernel counts it in whole ticks.</summary>
    public long? BudgetMicroseconds { get; init; }

    /// <summary><c>net.core.dev_weight</c>, of the backlog only; a NIC's NAPI has 64.</summary>
    public int Weight { get; init; } = 64;

    /// <summary><c>net.core.netdev_max_backlog</c>.</summary>
    public int? MaxBacklog { get; init; }

    /// <summary><c>net.core.flow_limit_cpu_bitmap</c>: whether one flow may not have more than half of a backlog that is half full.</summary>
    public bool FlowLimit { get; init; }

    /// <summary><c>/sys/class/net/*/gro_flush_timeout</c> and <c>napi_defer_hard_irqs</c>: polls come by a timer so many times before the interrupt is let in again.</summary>
    public Elapsed GroFlushTimeout { get; init; } = Elapsed.Zero;
    public int DeferHardIrqs { get; init; }

    /// <summary>Boot option <c>threadirqs</c>: interrupts are handled in threads of real-time priority 50.</summary>
    public bool ThreadIrqs { get; init; }

    /// <summary>Whether a task is not charged for the interrupts that came while it had the CPU (CONFIG_IRQ_TIME_ACCOUNTING).</summary>
    public bool IrqTimeAccounting { get; init; }

    /// <summary>How likely a tick raises each of these.</summary>
    public double TickRaisesTimer { get; init; } = 0.25;
    public double TickRaisesSched { get; init; } = 0.25;
    public double TickRaisesRcu { get; init; } = 0.25;
}
