// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using NetStall.Catalogue;
using Xunit;

namespace NetStall.Tests.Catalogue;

public class KnownCausesTests
{
    const string Sys = "syscall-blocks-ksoftirqd";

    static string? Id(string stack, string mechanism = Sys, string? comm = null) =>
        KnownCauses.Match(stack.Length == 0 ? [] : stack.Split(';'), mechanism, comm)?.Id;

    [Fact]
    public void The_stall_of_the_article_is_explained_by_the_walk_over_memory_cgroups()
    {
        var cause = KnownCauses.Match(
            [
                "entry_SYSCALL_64_after_hwframe", "do_syscall_64", "sys_read", "vfs_read", "seq_read", "memcg_stat_show", "mem_cgroup_nr_lru_pages",
                "mem_cgroup_node_nr_lru_pages",
            ],
            Sys, "cadvisor");
        Assert.NotNull(cause);
        Assert.Equal("C01", cause.Id);
        Assert.Equal("A", cause.Grade);
        Assert.Contains(cause.Sources, source => source.Contains("github.blog", StringComparison.Ordinal));
    }

    public static TheoryData<string> Innocents =>
    [
        "entry_SYSCALL_64_after_hwframe;do_syscall_64;__x64_sys_write;ksys_write;vfs_write;ext4_file_write_iter;generic_perform_write;copy_page_from_iter_atomic",
        "asm_exc_page_fault;exc_page_fault;do_user_addr_fault;handle_mm_fault;__handle_mm_fault;do_anonymous_page;clear_page_erms",
        "entry_SYSCALL_64_after_hwframe;do_syscall_64;__x64_sys_poll;do_sys_poll;do_poll.constprop.0;sock_poll;tcp_poll",
        "entry_SYSCALL_64_after_hwframe;do_syscall_64;__x64_sys_select;core_sys_select;do_select;pipe_poll",
        "entry_SYSCALL_64_after_hwframe;do_syscall_64;__x64_sys_epoll_wait;do_epoll_wait;ep_poll;schedule_hrtimeout_range;schedule;__schedule",
        "entry_SYSCALL_64_after_hwframe;do_syscall_64;__x64_sys_sched_yield;do_sched_yield;schedule;__schedule;finish_task_switch.isra.0",
        "entry_SYSCALL_64_after_hwframe;do_syscall_64;__x64_sys_futex;do_futex;futex_wait;futex_wait_queue;schedule",
        "entry_SYSCALL_64_after_hwframe;do_syscall_64;__x64_sys_read;ksys_read;vfs_read;ext4_file_read_iter;filemap_read;copy_page_to_iter",
        "entry_SYSCALL_64_after_hwframe;do_syscall_64;__x64_sys_setgroups;__do_sys_setgroups;groups_sort;sort_r",
        "entry_SYSCALL_64_after_hwframe;do_syscall_64;__x64_sys_sendto;__sys_sendto;udp_sendmsg;ip_finish_output2;__dev_queue_xmit;dev_hard_start_xmit",
        "entry_SYSCALL_64_after_hwframe;do_syscall_64;__x64_sys_openat;do_sys_openat2;do_filp_open;path_openat;link_path_walk;__d_lookup_rcu",
        "entry_SYSCALL_64_after_hwframe;do_syscall_64;__x64_sys_openat;do_sys_openat2;do_filp_open;path_openat;do_dentry_open;kernfs_fop_open",
        "entry_SYSCALL_64_after_hwframe;do_syscall_64;__x64_sys_bpf;__sys_bpf;map_lookup_elem;bpf_map_copy_value",
        "entry_SYSCALL_64_after_hwframe;do_syscall_64;_raw_spin_lock;native_queued_spin_lock_slowpath",
        "ret_from_fork_asm;ret_from_fork;kthread;worker_thread;process_one_work;vmstat_update;refresh_cpu_vm_stats",
        "ret_from_fork_asm;ret_from_fork;kthread;smpboot_thread_fn;run_ksoftirqd;handle_softirqs;net_rx_action;__napi_poll;process_backlog;ip_rcv",
        "asm_sysvec_apic_timer_interrupt;sysvec_apic_timer_interrupt;hrtimer_interrupt;__hrtimer_run_queues;tick_nohz_handler;update_process_times",
        "asm_sysvec_apic_timer_interrupt;__irq_exit_rcu;handle_softirqs;run_timer_softirq;__run_timers;call_timer_fn;tcp_delack_timer",
        "cpu_startup_entry;do_idle;cpuidle_idle_call;cpuidle_enter_state;intel_idle",
        "_raw_spin_lock",
        "",
    ];

    [Theory]
    [MemberData(nameof(Innocents))]
    public void An_ordinary_stack_accuses_nobody(string stack)
    {
        foreach (string mechanism in new[] { Sys, "bottom-halves-off", "interrupts-off", "hardirq-storm", "softirq-hog", "napi-budget", "napi-thread-starved" })
            Assert.Null(Id(stack, mechanism, "app"));
        Assert.Null(KnownCauses.LookAlike(stack.Split(';')));
    }

    [Fact]
    public void An_interrupt_on_top_of_an_innocent_task_is_not_blamed_on_the_task()
    {
        const string stack = "do_syscall_64;ksys_write;vfs_write;asm_sysvec_apic_timer_interrupt;irq_exit_rcu;handle_softirqs;"
            + "run_timer_softirq;call_timer_fn;estimation_timer";
        Assert.Null(Id(stack, Sys));
        Assert.Equal("C21", Id(stack, "softirq-hog"));
    }

    [Fact]
    public void What_an_interrupt_calls_is_not_the_doing_of_the_task_beneath()
    {
        const string busyWait = "ice_misc_intr;ice_aq_send_cmd;ice_sq_send_cmd;__const_udelay";
        Assert.Null(Id("do_syscall_64;ksys_write;vfs_write;asm_common_interrupt;common_interrupt;" + busyWait));
        Assert.Equal("C43", Id("do_syscall_64;ksys_write;vfs_write;" + busyWait));
    }

    [Fact]
    public void A_task_beneath_an_interrupt_does_not_explain_a_softirq_hog()
    {
        const string stack = "do_syscall_64;ksys_read;vfs_read;seq_read_iter;slab_show;get_slabinfo;count_partial;"
            + "asm_common_interrupt;irq_exit_rcu;handle_softirqs;net_rx_action";
        Assert.Null(Id(stack, "softirq-hog"));
        Assert.Equal("C14", Id(stack, Sys));
    }

    [Fact]
    public void The_part_of_a_softirq_alone_is_enough() => Assert.Equal("C28", Id("__napi_poll;tcp_v4_rcv;tcp_data_queue;tcp_collapse", "softirq-hog"));

    [Fact]
    public void The_pattern_with_more_steps_wins() =>
        // C08 (shrinking caches) fits too, C13 (XFS) says more.
        Assert.Equal("C13", Id("kthread;kswapd;balance_pgdat;shrink_node;shrink_slab;do_shrink_slab;super_cache_scan;xfs_reclaim_inodes_nr"));

    [Fact]
    public void A_stack_that_only_waits_for_a_lock_is_a_look_alike_and_no_cause()
    {
        const string stack = "do_syscall_64;__x64_sys_ioctl;sock_ioctl;dev_ioctl;rtnl_lock;__mutex_lock.constprop.0";
        Assert.Null(Id(stack));
        Assert.Equal("C19", KnownCauses.LookAlike(stack.Split(';'))?.Id);
    }

    [Theory]
    [InlineData("realtime-starvation", "pvs", "C34")]
    [InlineData("vcpu-steal", null, "C56")]
    [InlineData("machine-stopped", null, "C56")]
    [InlineData("machine-stopped", "migration/3", "C36")]
    [InlineData("interrupts-off", "migration/3", null)]
    [InlineData("unknown", null, null)]
    [InlineData("no-such-mechanism", "pvs", null)]
    public void Without_a_stack_the_mechanism_speaks(string mechanism, string? comm, string? expected) => Assert.Equal(expected, Id("", mechanism, comm));

    [Fact]
    public void A_stopped_machine_with_the_stopper_on_the_stack_is_not_the_firmware() =>
        Assert.Equal("C36", Id("kthread;smpboot_thread_fn;cpu_stopper_thread;multi_cpu_stop", "machine-stopped"));

    [Fact]
    public void Opening_cgroup_files_is_held_against_kubelet_only()
    {
        const string stack = "do_syscall_64;__x64_sys_openat;do_sys_openat2;path_openat;__lookup_slow;kernfs_iop_lookup";
        Assert.Equal("C04", Id(stack, comm: "kubelet"));
        Assert.Null(Id(stack, comm: "udevd"));
        Assert.Null(Id(stack));
    }

    [Fact]
    public void Any_frames_whatever_are_answered()
    {
        var name = Gen.OneOf(
            AnyOf("vfs_read", "seq_read_iter", "slab_show", "get_slabinfo", "a_show", "handle_softirqs", "*", "", "+0x", ".cold", "sys_"), Gen.String);
        Gen.Select(name.Array[0, 8], AnyOf(Sys, "interrupts-off", "softirq-hog", "machine-stopped", ""), Gen.String.Null()).Sample((functions, mechanism, comm) =>
            KnownCauses.Match(functions, mechanism, comm) is null or { Title.Length: > 0, Why.Length: > 0, Remedy.Length: > 0 });
    }

    static Gen<string> AnyOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);
}
