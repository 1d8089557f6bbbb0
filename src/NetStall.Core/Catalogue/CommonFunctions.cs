// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Catalogue;

/// <summary>Functions that stand in so many stacks that they say nothing about a cause. A match that rests on these alone does not count.</summary>
static class CommonFunctions
{
    static readonly NamePattern[] Names = [.. new[]
    {
        // the ways in
        "entry_SYSCALL*", "do_syscall_64", "x64_sys_call", "el0*_svc*", "invoke_syscall", "asm_*", "sysvec_*", "__sysvec_*",
        "sys_read", "sys_write", "sys_pread*", "sys_pwrite*", "sys_open*", "sys_ioctl", "sys_send*", "sys_recv*", "sys_clone*", "sys_exit*",
        "ret_from_fork*", "kthread", "worker_thread", "process_one_work", "smpboot_thread_fn", "*common_interrupt", "exc_page_fault",
        "handle_mm_fault", "__handle_mm_fault", "do_exit", "do_group_exit", "kernel_clone", "copy_process",
        // softirqs
        "irq_exit*", "__irq_exit_rcu", "handle_softirqs", "*do_softirq*", "run_ksoftirqd", "*run_timer*", "call_timer_fn", "hrtimer_interrupt",
        "__hrtimer_run_queues", "net_rx_action", "*napi_poll*", "process_backlog", "rcu_core*", "tasklet_action*",
        "tcp_v4_rcv", "tcp_v6_rcv", "tcp_data_queue",
        // files
        "vfs_*", "*seq_read*", "seq_lseek", "proc_reg_*", "kernfs_fop_read*", "kernfs_fop_write*", "kernfs_seq_*", "do_sys_open*", "do_filp_open", "path_*", "link_path_walk*", "*lookup_slow",
        // locks, waiting, copying
        "_raw_*", "*spin_lock*", "*_slowpath", "*mutex_*", "down_*", "up_*", "rwsem_*", "*schedule*", "__cond_resched", "msleep",
        "delay_*", "__const_udelay", "__udelay", "io_serial_in", "port_inb", "port_outb",
        "mem*cpy*", "memset*", "kmalloc*", "__kmalloc*", "kfree*", "kmem_cache_*", "get_page_from_freelist", "*alloc_pages*", "copy_*_user*",
    }.Select(NamePattern.Parse)];

    /// <summary>Whether a name without compiler suffixes is one of them.</summary>
    public static bool Contains(ReadOnlySpan<char> name)
    {
        foreach (ref readonly var common in Names.AsSpan())
        {
            if (common.Fits(name))
                return true;
        }
        return false;
    }
}
