// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Symbols;

namespace NetStall.Stacks;

/// <summary>What a kernel function tells about the stack it stands in.</summary>
enum FrameRole : byte
{
    None,

    /// <summary>Hands a system call to its function: <c>do_syscall_64</c>.</summary>
    SyscallGate,

    /// <summary>The processor was interrupted here; what is rooter than this frame is innocent of what is leafier.</summary>
    HardirqBoundary,

    /// <summary>Softirqs run because a task let bottom halves in again: on its own back, in its own time.</summary>
    BottomHalfEnable,

    /// <summary>Softirqs run in ksoftirqd.</summary>
    Ksoftirqd,

    /// <summary>The loop over pending softirqs: <c>__do_softirq</c>, since 6.9 <c>handle_softirqs</c>.</summary>
    SoftirqCore,

    /// <summary>One vector's handler; which, says <see cref="FrameRoles.VectorOf"/>.</summary>
    SoftirqHandler,

    /// <summary>As the leaf of a late timer sample: interrupts come back here, so its caller had them off.</summary>
    InterruptEnable,

    /// <summary>Waiting for work.</summary>
    Idle,

    /// <summary>Code that switches, waits for or wakes tasks: it holds interrupts off for a moment only, and is where a task comes back to after idling.</summary>
    TaskSwitch,

    /// <summary>All CPUs held for one function.</summary>
    StopMachine,
}

/// <summary>Known functions by name. Compared after compiler suffixes are stripped.</summary>
static class FrameRoles
{
    // Families whose members all switch, wait or wake.
    static readonly string[] Waiting =
    [
        "schedule_", "prepare_to_wait", "prepare_to_swait", "finish_wait", "finish_swait", "swake_up", "wake_up", "__wake_up", "try_to_wake_up",
        "hrtimer_", "kthread_", "rcu_gp_", "ep_", "do_epoll", "futex_", "wait_for_", "__wait", "__skb_wait", "sock_def_",
    ];

    public static FrameRole Of(string? function)
    {
        if (function is null)
            return FrameRole.None;
        string name = KernelFunctionNames.Strip(function);
        switch (name)
        {
            case "do_syscall_64" or "x64_sys_call" or "do_fast_syscall_32" or "do_int80_syscall_32" or "entry_SYSCALL_64_fastpath"
                or "el0_svc" or "do_el0_svc" or "el0_svc_common" or "el0_svc_handler" or "invoke_syscall":
                return FrameRole.SyscallGate;
            case "__local_bh_enable_ip" or "__local_bh_enable" or "local_bh_enable" or "_local_bh_enable" or "local_bh_enable_ip":
                return FrameRole.BottomHalfEnable;
            case "run_ksoftirqd":
                return FrameRole.Ksoftirqd;
            case "__do_softirq" or "handle_softirqs" or "__softirqentry_text_start":
                return FrameRole.SoftirqCore;
            case "_raw_spin_unlock_irq" or "_raw_spin_unlock_irqrestore" or "_raw_read_unlock_irq" or "_raw_read_unlock_irqrestore"
                or "_raw_write_unlock_irq" or "_raw_write_unlock_irqrestore" or "__raw_spin_unlock_irq" or "__raw_spin_unlock_irqrestore"
                or "trace_hardirqs_on" or "raw_local_irq_enable":
                return FrameRole.InterruptEnable;
            case "finish_task_switch" or "__schedule" or "__sched_text_start" or "schedule" or "schedule_idle" or "raw_spin_rq_unlock" or "finish_lock_switch"
                or "prepare_task_switch" or "__switch_to" or "__switch_to_asm" or "context_switch" or "do_nanosleep" or "remove_wait_queue"
                or "add_wait_queue" or "autoremove_wake_function" or "complete" or "down" or "up" or "worker_thread" or "process_one_work"
                or "rescuer_thread" or "smpboot_thread_fn" or "kthread":
                return FrameRole.TaskSwitch;
            case "multi_cpu_stop" or "stop_machine_cpuslocked":
                return FrameRole.StopMachine;
            case "do_idle" or "cpu_startup_entry" or "default_idle" or "pv_native_safe_halt" or "native_safe_halt" or "intel_idle"
                or "acpi_idle_enter" or "mwait_idle" or "cpuidle_enter_state" or "poll_idle" or "default_idle_call" or "acpi_safe_halt":
                return FrameRole.Idle;
            case "common_interrupt" or "ret_from_intr" or "do_IRQ" or "apic_timer_interrupt" or "smp_apic_timer_interrupt"
                or "call_function_single_interrupt" or "reschedule_interrupt" or "el1_irq" or "el1h_64_irq" or "el1h_64_irq_handler"
                or "el1_interrupt" or "el0_irq" or "el0t_64_irq" or "el0_interrupt" or "gic_handle_irq" or "irq_exit" or "irq_exit_rcu"
                or "__irq_exit_rcu" or "invoke_softirq" or "__common_interrupt" or "hrtimer_interrupt" or "asm_common_interrupt" or "__irqentry_text_start":
                return FrameRole.HardirqBoundary;
        }
        if (name.StartsWith("asm_sysvec_", StringComparison.Ordinal) || name.StartsWith("sysvec_", StringComparison.Ordinal)
            || name.StartsWith("__sysvec_", StringComparison.Ordinal))
            return FrameRole.HardirqBoundary;
        if (VectorOf(name) is not null)
            return FrameRole.SoftirqHandler;
        foreach (string waits in Waiting)
        {
            if (name.StartsWith(waits, StringComparison.Ordinal))
                return FrameRole.TaskSwitch;
        }
        return FrameRole.None;
    }

    /// <summary>Whose handler this is: kernel/softirq.c's open_softirq() calls, over the versions.</summary>
    public static SoftirqVector? VectorOf(string strippedName) => strippedName switch
    {
        "net_rx_action" => SoftirqVector.NetRx,
        "net_tx_action" => SoftirqVector.NetTx,
        "run_timer_softirq" => SoftirqVector.Timer,
        "tasklet_hi_action" => SoftirqVector.Hi,
        "tasklet_action" or "tasklet_action_common" or "workqueue_softirq_action" => SoftirqVector.Tasklet,
        "blk_done_softirq" => SoftirqVector.Block,
        "irq_poll_softirq" or "blk_iopoll_softirq" => SoftirqVector.IrqPoll,
        "run_rebalance_domains" or "sched_balance_softirq" => SoftirqVector.Sched,
        "hrtimer_run_softirq" => SoftirqVector.HrTimer,
        "rcu_core_si" or "rcu_core" or "rcu_process_callbacks" => SoftirqVector.Rcu,
        _ => null,
    };
}
