// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Catalogue;

/// <summary>In which way a known cause holds the CPU; it decides which mechanisms the cause can explain.</summary>
public enum CauseMode
{
    /// <summary>A long system call or kernel thread that does not yield, with interrupts and bottom halves on.</summary>
    Sys,

    /// <summary>Interrupts off on this CPU.</summary>
    Irq,

    /// <summary>Bottom halves off in a task.</summary>
    Bh,

    /// <summary>Another softirq, or the network one itself.</summary>
    Sirq,

    /// <summary>A real-time task.</summary>
    Rt,

    /// <summary>Interrupts off on every CPU at once, by stop_machine.</summary>
    Stop,

    /// <summary>No Linux code at all: firmware or hypervisor.</summary>
    Hw,

    /// <summary>Waiting for a lock. Slow, but it holds no CPU: kept to tell such stacks apart, never a cause of late packets.</summary>
    Lock,
}

static class CauseModes
{
    /// <summary>Whether a cause of this mode, seen in this part of the stack, can be behind this mechanism.</summary>
    public static bool Explains(this CauseMode mode, string mechanism, StackPart part) => mode switch
    {
        CauseMode.Sys => part == StackPart.Task && (mechanism is "syscall-blocks-ksoftirqd" or "napi-thread-starved"),
        // A timer interrupt that runs too long is the same code seen from the other side.
        CauseMode.Irq => mechanism is "interrupts-off" || (part == StackPart.Interrupt && mechanism is "hardirq-storm"),
        CauseMode.Bh => part == StackPart.Task && mechanism is "bottom-halves-off",
        // What eats the budget of the network softirq is a hog for every device behind it.
        CauseMode.Sirq => part == StackPart.Interrupt && (mechanism is "softirq-hog" or "napi-budget"),
        CauseMode.Rt => mechanism is "realtime-starvation",
        CauseMode.Stop => mechanism is "machine-stopped",
        CauseMode.Hw => mechanism is "machine-stopped" or "vcpu-steal",
        _ => false,
    };

    /// <summary>Whether the mechanism alone names the cause: there is no stack to see, or any stack will do.</summary>
    public static bool NeedsNoStack(this CauseMode mode) => mode is CauseMode.Rt or CauseMode.Stop or CauseMode.Hw;
}
