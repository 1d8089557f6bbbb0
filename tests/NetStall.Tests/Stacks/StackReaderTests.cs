// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Stacks;
using NetStall.Tests.Drawings;
using Xunit;

namespace NetStall.Tests.CallChains;

/// <summary>Whose work a call chain shows. Stacks are written root first here, and read leaf first as recorded.</summary>
public class StackReaderTests
{
    const string Call = "entry_SYSCALL_64_after_hwframe do_syscall_64 __x64_sys_read vfs_read seq_read_iter memcg_stat_show";
    const string Tick = " asm_sysvec_apic_timer_interrupt sysvec_apic_timer_interrupt";

    /// <summary>The layer, what is known of it, and the task's own frames.</summary>
    static string Read(string rootFirst, bool idle = false)
    {
        var frames = new DrawnFrames();
        var reader = new StackReader(frames);
        ulong[] chain = frames.Chain(rootFirst);
        var reading = reader.Read(chain, inKernel: true, idle);
        var said = new List<string> { $"{reading.Layer}" };
        if (reading.Vector is { } vector)
            said.Add(vector.KernelName());
        if (reading.InKsoftirqd)
            said.Add("in ksoftirqd");
        if (reading.OnBottomHalfEnable)
            said.Add("on enabling");
        if (reading.TaskEnablesInterrupts)
            said.Add("lets interrupts in");
        if (reading.TaskIsSwitching)
            said.Add("switching");
        if (reading.StopsMachine)
            said.Add("all stopped");
        said.Add(reading.HasTaskFrames ? "task: " + string.Join(' ', reader.FunctionsRootFirst(chain, reading.TaskBegin, reading.KernelEnd)[^1..]) : "no task frames");
        return string.Join(", ", said);
    }

    [Fact]
    public void A_task_in_the_kernel() => Assert.Equal("Task, task: memcg_stat_show", Read(Call));

    [Fact]
    public void An_interrupt_on_top_is_cut_off() => Assert.Equal("Hardirq, task: memcg_stat_show", Read(Call + Tick + " hrtimer_interrupt"));

    [Fact]
    public void Softirqs_at_the_end_of_an_interrupt_are_cut_off_with_it() =>
        Assert.Equal("Softirq, NET_RX, task: memcg_stat_show", Read(Call + Tick + " irq_exit_rcu __do_softirq net_rx_action __napi_poll ixgbe_poll"));

    [Fact]
    public void Softirqs_that_the_task_lets_in_itself_are_cut_off_at_that_call() =>
        Assert.Equal("Softirq, NET_RX, on enabling, task: bpf_test_run", Read("do_syscall_64 __sys_bpf bpf_test_run __local_bh_enable_ip do_softirq handle_softirqs net_rx_action"));

    [Fact]
    public void An_interrupt_that_struck_in_user_mode_leaves_no_task_frames() =>
        Assert.Equal("Softirq, TIMER, no task frames", Read("asm_sysvec_apic_timer_interrupt sysvec_apic_timer_interrupt irq_exit_rcu __do_softirq run_timer_softirq call_timer_fn"));

    [Fact]
    public void Ksoftirqd_has_no_work_of_its_own() =>
        Assert.Equal("Softirq, RCU, in ksoftirqd, no task frames", Read("ret_from_fork kthread smpboot_thread_fn run_ksoftirqd __do_softirq rcu_core rcu_do_batch"));

    [Fact]
    public void An_interrupt_on_top_of_a_softirq_belongs_to_the_softirq() =>
        Assert.Equal("Softirq, NET_RX, task: memcg_stat_show",
            Read(Call + Tick + " irq_exit_rcu __do_softirq net_rx_action ixgbe_poll asm_common_interrupt common_interrupt"));

    [Fact]
    public void The_call_that_lets_interrupts_in_is_seen_beneath_the_interrupt_that_struck_there() =>
        Assert.Equal("Hardirq, lets interrupts in, task: _raw_spin_unlock_irqrestore",
            Read("do_syscall_64 __x64_sys_kill do_send_sig_info _raw_spin_unlock_irqrestore asm_sysvec_call_function_single sysvec_call_function_single"));

    [Fact]
    public void The_scheduler_s_own_unlocking_is_switching_and_no_work() =>
        Assert.Equal("Task, lets interrupts in, switching, task: _raw_spin_unlock_irq", Read("do_syscall_64 schedule __schedule finish_task_switch _raw_spin_unlock_irq"));

    [Fact]
    public void Compilers_suffixes_do_not_hide_a_function() =>
        Assert.Equal("Task, switching, task: finish_task_switch.isra.0", Read("do_syscall_64 schedule __schedule finish_task_switch.isra.0"));

    [Fact]
    public void The_idle_task_idles() => Assert.Equal("Idle, task: default_idle", Read("cpu_startup_entry do_idle default_idle", idle: true));

    [Fact]
    public void All_cpus_held_for_one_function() =>
        Assert.Equal("Task, all stopped, task: multi_cpu_stop", Read("ret_from_fork kthread cpu_stopper_thread multi_cpu_stop"));

    [Fact]
    public void The_system_call_is_read_from_the_task_s_own_frames_only()
    {
        var frames = new DrawnFrames();
        var reader = new StackReader(frames);
        ulong[] chain = frames.Chain(Call + Tick + " irq_exit_rcu __do_softirq net_rx_action __x64_sys_sendto");
        Assert.Equal("read", reader.SyscallOf(chain, reader.Read(chain, inKernel: true, isIdleTask: false)));
    }

    [Fact]
    public void User_frames_behind_the_marker_are_not_the_kernel_s()
    {
        var frames = new DrawnFrames();
        ulong[] chain = [.. frames.Chain(Call), ChainMarker.User, .. frames.Chain("net_rx_action")[1..]];
        var reading = new StackReader(frames).Read(chain, inKernel: true, isIdleTask: false);
        Assert.Equal((StackLayer.Task, false, 7), (reading.Layer, reading.ServesNetRx, reading.KernelEnd));
    }

    [Fact]
    public void A_sample_in_user_mode_has_no_kernel_part()
    {
        var reading = new StackReader(new DrawnFrames()).Read([ChainMarker.User, 0x401000], inKernel: false, isIdleTask: false);
        Assert.Equal((StackLayer.User, false), (reading.Layer, reading.HasTaskFrames));
    }

    [Fact]
    public void A_kernel_sample_without_a_chain_is_unknown() =>
        Assert.Equal(StackLayer.Unknown, new StackReader(new DrawnFrames()).Read([], inKernel: true, isIdleTask: false).Layer);
}
