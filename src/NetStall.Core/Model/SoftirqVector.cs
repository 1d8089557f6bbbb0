// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Model;

/// <summary>The softirq vectors in the order in which one pass serves them; must match <c>enum</c> in include/linux/interrupt.h.</summary>
public enum SoftirqVector
{
    Hi = 0,
    Timer = 1,
    NetTx = 2,
    NetRx = 3,
    Block = 4,
    IrqPoll = 5,
    Tasklet = 6,
    Sched = 7,
    HrTimer = 8,
    Rcu = 9,
}

public static class SoftirqVectors
{
    public const int Count = 10;

    /// <summary>The kernel's own spelling (<c>softirq_to_name</c>), as in /proc/softirqs.</summary>
    public static string KernelName(this SoftirqVector vector) => vector switch
    {
        SoftirqVector.Hi => "HI",
        SoftirqVector.Timer => "TIMER",
        SoftirqVector.NetTx => "NET_TX",
        SoftirqVector.NetRx => "NET_RX",
        SoftirqVector.Block => "BLOCK",
        SoftirqVector.IrqPoll => "IRQ_POLL",
        SoftirqVector.Tasklet => "TASKLET",
        SoftirqVector.Sched => "SCHED",
        SoftirqVector.HrTimer => "HRTIMER",
        SoftirqVector.Rcu => "RCU",
        _ => $"vector {(int)vector}",
    };
}
