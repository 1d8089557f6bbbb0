// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Waits;

namespace NetStall.Verdicts.Mechanisms;

/// <summary>
/// ksoftirqd was due and did not get the CPU: a task stayed in the kernel (<c>syscall-blocks-ksoftirqd</c>), tasks outcompeted it
/// (<c>ksoftirqd-outcompeted</c>), or a real-time task had the CPU (<c>realtime-starvation</c>).
/// </summary>
/// <remarks>
/// "need_resched set, interrupts on, no switch" tells the first of them without guessing from stacks. A task in user mode gives the CPU away
/// as soon as the scheduler asks: then it was the scheduler that did not ask.
/// </remarks>
static class KsoftirqdLate
{
    // CONFIG_HZ is 100 at least.
    static readonly Elapsed LongestTick = Elapsed.FromMicroseconds(10_500);

    public static Finding? Explain(Evidence e)
    {
        bool due = e.Marks.KsoftirqdWoken || e.IsKsoftirqd(e.Wait.ServedBy) || e.Wait.Evidence == WaitEvidence.LateKsoftirqd;
        if (!due || e.Wait.Evidence == WaitEvidence.NapiThread)
            return null;
        if (e.Holder is not { } task || e.HolderShare < 0.5)
            return e.Marks.Switches > 1 ? new Finding(Mechanism.KsoftirqdOutcompeted, null, IsCertain: true) : null;

        // It had the CPU itself, and nothing tells what it did with it: it is where waits end, not whose fault they are.
        if (e.IsKsoftirqd(task))
            return null;
        if (e.HolderIsRealTime)
            return new Finding(Mechanism.RealtimeStarvation, task, IsCertain: true);
        if (e.HolderKernelShare >= 0.5)
            return new Finding(Mechanism.SyscallBlocksKsoftirqd, task, IsCertain: true);
        // Neither need_resched nor samples nor system calls: in the kernel or in user mode, who knows.
        if (!e.Marks.ContextTold && e.HolderUserShare < 0.5)
        {
            return new Finding(Mechanism.Unknown, task, IsCertain: false,
                "ksoftirqd was due and this task had the CPU, but nothing tells whether it stayed in the kernel or the scheduler let it run on: the text has no context flags. Give the perf.data itself, or ftrace's text with its flags column.");
        }
        // It was on the CPU, and that is all: no interrupt came to see it at work there. Over a tick long, the CPU itself may have stood still.
        if (e.HolderUserShare < 0.5 && e.Marks.InterruptsAfterRaise == 0)
        {
            return e.Wait.Length > LongestTick
                ? new Finding(Mechanism.Unknown, null, IsCertain: false,
                    "ksoftirqd was due and a task had the CPU, but not even a tick's softirq came meanwhile: a virtual CPU that was not running would look the same. Record irq_vectors:local_timer_entry or samples (-e cpu-clock) too.")
                : new Finding(Mechanism.KsoftirqdOutcompeted, task, IsCertain: false);
        }
        return new Finding(Mechanism.KsoftirqdOutcompeted, task, IsCertain: e.HolderUserShare >= 0.5 || e.Marks.InterruptsAfterRaise >= 2);
    }
}
