// SPDX-License-Identifier: Apache-2.0
using NetStall.Symbols;

namespace NetStall.Catalogue;

/// <summary>Where an interrupt or softirq begins in a stack. What is deeper is not the doing of the task beneath.</summary>
static class InterruptBoundary
{
    // ...;vfs_read;seq_read_iter;memory_stat_show;asm_sysvec_apic_timer_interrupt;...;handle_softirqs;net_rx_action
    //     the task                                the interrupt
    //
    // asm_exc_* is none of them: a page fault is the task's own.
    static readonly NamePattern[] Entries = [.. new[]
    {
        // x86
        "asm_sysvec_*", "asm_common_interrupt", "asm_spurious_interrupt", "asm_call_*on_stack", "call_on_irqstack", "common_interrupt", "sysvec_*",
        "__sysvec_*", "apic_timer_interrupt", "smp_apic_timer_interrupt", "reschedule_interrupt", "call_function_*interrupt", "irq_work_interrupt",
        "ret_from_intr", "do_IRQ", "__common_interrupt", "hrtimer_interrupt",
        // arm64
        "el1_irq", "el0_irq", "el1h_64_irq*", "el0t_64_irq*", "el1_interrupt", "el0_interrupt", "gic_handle_irq",
        // the end of an interrupt, bottom halves switched on again, ksoftirqd
        "irq_exit*", "__irq_exit_rcu", "handle_softirqs", "__do_softirq", "do_softirq*", "run_ksoftirqd",
    }.Select(NamePattern.Parse)];

    /// <summary>The index of the first frame that belongs to an interrupt; the number of frames when none does.</summary>
    public static int Find(ReadOnlySpan<string> functions)
    {
        for (int i = 0; i < functions.Length; i++)
        {
            var name = KernelFunctionNames.Strip(functions[i].AsSpan());
            foreach (ref readonly var entry in Entries.AsSpan())
            {
                if (entry.Fits(name))
                    return i;
            }
        }
        return functions.Length;
    }
}
