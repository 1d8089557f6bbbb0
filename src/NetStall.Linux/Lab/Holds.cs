// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Linux.Lab;

/// <summary>What a stall of the lab keeps its CPU from doing: that, the kernel, and the way of the packets decide what must come of it.</summary>
public enum Holds
{
    /// <summary>Nothing: a control. Nobody may be named for it.</summary>
    Nothing,

    /// <summary>A task stays in the kernel and does not reschedule; interrupts and softirqs may run on top of it.</summary>
    Task,

    /// <summary>A task holds bottom halves off.</summary>
    BottomHalves,

    /// <summary>Interrupts are off.</summary>
    Interrupts,

    /// <summary>A hard interrupt does not come to its end. No task is to blame.</summary>
    HardInterrupt,

    /// <summary>A softirq that a task raised and runs itself does not come to its end.</summary>
    OwnSoftirq,

    /// <summary>A softirq that an interrupt raised does not come to its end. No task is to blame.</summary>
    Softirq,

    /// <summary>A real-time task has the CPU.</summary>
    RealTime,

    /// <summary>Tasks of ordinary priority compete for the CPU, and packets come faster than one pass of softirqs takes.</summary>
    Competition,
}
