// SPDX-License-Identifier: Apache-2.0
using Xunit;
using static NetStall.Tests.Drawings.Judged;

namespace NetStall.Tests.Verdicts;

/// <summary>Silences: interrupts that were due and did not come. Off, or the virtual CPU stood still: one name too many is worse than none.</summary>
public class DrawnSilenceTests
{
    // The samplers beat every millisecond. After the silence the sample is late by half a beat, and the grid goes on.
    const string UnlocksOffTheBeat =
        """
        each column 500us 0         1         2         3         4
        cpu1 running      aaAAAAAAAAAAAAAAAAAAAAAAAAAAAAaaaaaaaaaaaa
        cpu1 samples      |.w.w....................u.w.w..|.|.|.|.|.
        task a = dcgm-exporter
        stack w = entry_SYSCALL_64_after_hwframe do_syscall_64 __x64_sys_kill do_send_sig_info
        stack u = entry_SYSCALL_64_after_hwframe do_syscall_64 __x64_sys_kill do_send_sig_info _raw_spin_unlock_irqrestore
        samples every 1ms
        switches not recorded
        """;

    [Fact]
    public void A_late_sample_where_interrupts_come_back_seen_once_may_be_chance() =>
        Check(UnlocksOffTheBeat, "no stall");

    // Twice in the same function, by a task that was hardly seen without a silence.
    [Fact]
    public void Seen_twice_in_the_same_function_interrupts_were_off() => Check(
        """
        each column 500us 0         1         2         3         4         5         6         7
        cpu1 running      aaAAAAAAAAAAAAAAAAAAAAAAAAA..AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA........
        cpu1 samples      ..w......................uw...w......................uw................
        task a = dcgm-exporter
        stack w = entry_SYSCALL_64_after_hwframe do_syscall_64 __x64_sys_kill do_send_sig_info
        stack u = entry_SYSCALL_64_after_hwframe do_syscall_64 __x64_sys_kill do_send_sig_info _raw_spin_unlock_irqrestore
        samples every 1ms
        """,
        """
        cpu1 waited up to 11.500 ms from 1.000 ms: interrupts-off, Medium, dcgm-exporter in kill held 11.500 ms
        cpu1 waited up to 11.500 ms from 15.000 ms: interrupts-off, Medium, dcgm-exporter in kill held 11.500 ms
        """);

    // As read() of memory.stat does: interrupts come back, then it asks whether somebody else should run, and goes on reading later.
    [Fact]
    public void The_sample_that_ends_the_silence_counts_though_the_napi_thread_s_wait_goes_on() => Check(
        """
        each column 500us 0         1         2         3         4         5
        cpu1 running      aaaaaaaaAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAnnAAAAAAAaaaaaa
        cpu1 samples      |.|.|.|.............................u.............|.|.
        cpu1 waking       ..........n...........................................
        cpu1 polls        ........................................e.............
        cpu1 doors        .........................................S............
        task a = kubelet
        task n = napi/eth0-12
        stack u = entry_SYSCALL_64_after_hwframe do_syscall_64 ksys_read seq_read_iter memory_stat_show css_rstat_flush _raw_spin_unlock_irq
        samples every 1ms
        """,
        "cpu1 waited 14.500 ms from 5.000 ms: interrupts-off, Medium, kubelet in read held 14.500 ms");

    // A thread's wait goes on for a moment after the call, until the switch to it; a silence alone ends within it.
    [Fact]
    public void A_call_that_silenced_the_cpu_may_end_before_the_napi_thread_s_wait_does() => Check(
        """
        each column 1ms   0123456789012345678901234567890123456
        cpu1 running      aaaaaaaaaaaAAAAAAAAAAAAAAAAAAAAAAaanna
        cpu1 samples      |||||||||||......................||||||
        cpu1 waking       ............n........................
        cpu1 polls        ...................................e.
        task a = dcgm-exporter, calls kill
        task n = napi/eth0-12
        samples every 1ms
        """,
        "cpu1 waited 23.000 ms from 12.000 ms: interrupts-off, High, dcgm-exporter in kill held 23.000 ms");

    // The culprit's frames lie below the interrupt that struck as soon as it could.
    [Fact]
    public void An_interrupt_on_top_of_the_late_sample_is_not_the_culprit() => Check(
        """
        each column 500us 0         1         2         3         4         5         6         7
        cpu1 running      aaAAAAAAAAAAAAAAAAAAAAAAAAA..AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA........
        cpu1 samples      ..w......................uw...w......................uw................
        task a = dcgm-exporter
        stack w = entry_SYSCALL_64_after_hwframe do_syscall_64 __x64_sys_kill do_send_sig_info
        stack u = entry_SYSCALL_64_after_hwframe do_syscall_64 __x64_sys_kill do_send_sig_info _raw_spin_unlock_irqrestore asm_sysvec_call_function_single sysvec_call_function_single __irq_exit_rcu handle_softirqs net_rx_action
        samples every 1ms
        """,
        """
        cpu1 waited up to 11.500 ms from 1.000 ms: interrupts-off, Medium, dcgm-exporter in kill held 11.500 ms
        cpu1 waited up to 11.500 ms from 15.000 ms: interrupts-off, Medium, dcgm-exporter in kill held 11.500 ms
        """);

    // On the beat: nothing held this sample back, so the CPU was idle and its idling was not sampled.
    [Fact]
    public void A_first_sample_on_the_beat_was_held_back_by_nothing() => Check(
        """
        each column 500us 0         1         2         3         4         5         6         7
        cpu1 running      aaAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA........
        cpu1 samples      ..w.....................u.w.w.w...........................u.w.w.........
        stack w = entry_SYSCALL_64_after_hwframe do_syscall_64 __x64_sys_kill do_send_sig_info
        stack u = entry_SYSCALL_64_after_hwframe do_syscall_64 __x64_sys_kill do_send_sig_info _raw_spin_unlock_irqrestore
        samples every 1ms
        switches not recorded
        """,
        "no stall");

    [Fact]
    public void A_late_sample_in_user_mode_names_nobody() => Check(
        """
        each column 500us 0         1         2         3         4         5         6         7
        cpu1 running      aaaaaaaaaaaaaaaaaaaaaaaaaaa..aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa........
        cpu1 samples      ..|......................||...|......................||................
        samples every 1ms
        """,
        """
        cpu1 waited up to 11.500 ms from 1.000 ms: unknown, Low, nobody
        cpu1 waited up to 11.500 ms from 15.000 ms: unknown, Low, nobody
        """);

    [Fact]
    public void A_late_sample_in_the_middle_of_a_function_names_nobody() => Check(
        """
        each column 500us 0         1         2         3         4         5         6         7
        cpu1 running      aaAAAAAAAAAAAAAAAAAAAAAAAAA..AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA........
        cpu1 samples      ..w......................ww...w......................ww................
        stack w = entry_SYSCALL_64_after_hwframe do_syscall_64 __x64_sys_kill do_send_sig_info
        samples every 1ms
        """,
        """
        cpu1 waited up to 11.500 ms from 1.000 ms: unknown, Low, nobody
        cpu1 waited up to 11.500 ms from 15.000 ms: unknown, Low, nobody
        """);

    [Fact]
    public void In_a_call_that_sleeps_nobody_is_named() => Check(
        """
        each column 500us 0         1         2         3         4         5         6         7
        cpu1 running      aaAAAAAAAAAAAAAAAAAAAAAAAAA..AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA........
        cpu1 samples      ..w......................uw...w......................uw................
        stack w = entry_SYSCALL_64_after_hwframe do_syscall_64 __x64_sys_nanosleep hrtimer_nanosleep
        stack u = entry_SYSCALL_64_after_hwframe do_syscall_64 __x64_sys_nanosleep work _raw_spin_unlock_irqrestore
        samples every 1ms
        """,
        """
        cpu1 waited up to 11.500 ms from 1.000 ms: unknown, Low, nobody
        cpu1 waited up to 11.500 ms from 15.000 ms: unknown, Low, nobody
        """);

    // The scheduler's own lock: the task has only just come, and the CPU may have stood still before.
    [Fact]
    public void A_task_that_has_only_just_come_is_not_named() => Check(
        """
        each column 500us 0         1         2         3         4         5         6         7
        cpu1 running      aaAAAAAAAAAAAAAAAAAAAAAAAAA..AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA........
        cpu1 samples      ..w......................uw...w......................uw................
        stack w = entry_SYSCALL_64_after_hwframe do_syscall_64 __x64_sys_kill do_send_sig_info
        stack u = entry_SYSCALL_64_after_hwframe do_syscall_64 __x64_sys_kill schedule __schedule finish_task_switch _raw_spin_unlock_irq
        samples every 1ms
        """,
        """
        cpu1 waited up to 11.500 ms from 1.000 ms: unknown, Low, nobody
        cpu1 waited up to 11.500 ms from 15.000 ms: unknown, Low, nobody
        """);

    // The same silence in one system call, with what the hypervisor says it took.
    [Theory]
    [InlineData("0.........................................4", "vcpu-steal, High, nobody")]
    [InlineData("0.........................................1", "interrupts-off, Medium, dcgm-exporter in kill held 31.000 ms")]
    [InlineData("0..........................................", "interrupts-off, Medium, dcgm-exporter in kill held 31.000 ms")]
    public void A_silence_as_long_as_what_was_stolen_in_it_was_stolen(string stolen, string verdict) => Check(
        $"""
        each column 1ms   0         1         2         3         4
        cpu1 running      aaaAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAaaaaaaaaaa
        cpu1 samples      |||..............................|||||||||||
        cpu1 stolen       {stolen}
        task a = dcgm-exporter, calls kill
        samples every 1ms
        """,
        $"cpu1 waited up to 31.000 ms from 2.000 ms: {verdict}");

    // Two recordings of one time: samples of cpu0, raises of all. Interrupts that are far apart are no silence where nothing was due.
    [Fact]
    public void A_cpu_that_was_not_sampled_is_not_silent_because_another_was() => Check(
        """
        each column 1ms   0123456789012345678901234567
        cpu0 running      aaaaaaaaaaaaaaaaaaaaaaaaaaaa
        cpu0 samples      ||||||||||||||||||||||||||||
        cpu1 running      bbbbbbbbbbbbbbbbbbbbbbbbbbbb
        cpu1 ticks        t.............t.............
        cpu1 NET_RX       ..............rs............
        samples every 1ms
        """,
        "no stall, worst wait 1.000 ms");

    // Its samples end early: that file was the shorter one.
    [Fact]
    public void A_cpu_is_not_silent_once_its_samples_have_ended() => Check(
        """
        each column 1ms   0123456789012345678901234567
        cpu1 running      bbbbbbbbbbbbbbbbbbbbbbbbbbbb
        cpu1 samples      ||||||......................
        cpu1 ticks        t.....t.......t.............
        cpu1 NET_RX       .......................rs...
        threshold 5ms
        samples every 1ms
        """,
        "no stall, worst wait 1.000 ms");

    [Fact]
    public void An_idle_cpu_may_be_silent_for_as_long_as_it_likes() => Check(
        """
        each column 500us 0         1         2         3         4         5
        cpu1 running      aaaa..............................................aaaa
        cpu1 samples      |.|...............................................|.|.
        samples every 1ms
        """,
        "no stall");

    [Fact]
    public void A_silence_with_lost_records_is_none() => Check(
        """
        each column 500us 0         1         2         3         4         5         6         7
        cpu1 running      aaAAAAAAAAAAAAAAAAAAAAAAAAA..AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA........
        cpu1 samples      ..w......................uw...w......................uw................
        cpu1 lost         ........!...................................!.........................
        stack w = entry_SYSCALL_64_after_hwframe do_syscall_64 __x64_sys_kill do_send_sig_info
        stack u = entry_SYSCALL_64_after_hwframe do_syscall_64 __x64_sys_kill do_send_sig_info _raw_spin_unlock_irqrestore
        samples every 1ms
        """,
        "no stall");

    [Fact]
    public void A_silence_that_fills_one_system_call_is_that_call_s() => Check(
        """
        each column 500us 0         1         2         3         4
        cpu1 running      aaaAAAAAAAAAAAAAAAAAAAAAAAaaaaaaaaaaaaaaaa
        cpu1 samples      |.|.....................|.|.|.|.|.|.|.|.|.
        task a = dcgm-exporter, calls kill
        samples every 1ms
        """,
        "cpu1 waited up to 11.000 ms from 1.000 ms: interrupts-off, Medium, dcgm-exporter in kill held 11.000 ms");

    // Once may be a virtual CPU that stopped inside a rare call. Twice is not.
    [Fact]
    public void A_silence_that_fills_the_same_system_call_twice_is_surely_that_call_s() => Check(
        """
        each column 500us 0         1         2         3         4         5         6         7         8
        cpu1 running      aaaAAAAAAAAAAAAAAAAAAAAAAAaaaaaaaaaaaaaaaaaaAAAAAAAAAAAAAAAAAAAAAAAaaaaaaaaaaaaaa
        cpu1 samples      |.|.....................|.|.|.|.|.|.|.|.|.|.....................|.|.|.|.|.|.|.|.
        task a = dcgm-exporter, calls kill
        samples every 1ms
        """,
        """
        cpu1 waited up to 11.000 ms from 1.000 ms: interrupts-off, High, dcgm-exporter in kill held 11.000 ms
        cpu1 waited up to 11.000 ms from 21.000 ms: interrupts-off, High, dcgm-exporter in kill held 11.000 ms
        """);

    [Fact]
    public void All_cpus_stopped_for_one_function_is_nobody_s_call() => Check(
        """
        each column 500us 0         1         2         3         4
        cpu1 running      mmMMMMMMMMMMMMMMMMMMMMMMMMMMMMmmmmmmmmmmmm
        cpu1 samples      |.w......................uw.w...|.|.|.|.|.
        task m = migration/1
        stack w = ret_from_fork kthread cpu_stopper_thread multi_cpu_stop
        stack u = ret_from_fork kthread cpu_stopper_thread multi_cpu_stop
        samples every 1ms
        """,
        "cpu1 waited up to 11.500 ms from 1.000 ms: machine-stopped, High, nobody");

    // A reader of many files: seen far too often for two silences to be its rate, but both in the making of one file.
    [Fact]
    public void A_file_that_is_being_read_as_silences_end_is_named() => Check(
        """
        each column 500us 0
        cpu1 running      AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
        cpu1 samples      |.|.|.|.|.|.|.|.|.|......................uw.|.|.|.|.|.|.|.|.|.|......................uw.|.|.|.|.|.|.|.|.|.|.
        task a = cadvisor
        stack w = entry_SYSCALL_64_after_hwframe do_syscall_64 __x64_sys_read ksys_read vfs_read seq_read_iter slab_show
        stack u = entry_SYSCALL_64_after_hwframe do_syscall_64 __x64_sys_read ksys_read vfs_read seq_read_iter slab_show _raw_spin_unlock_irqrestore
        samples every 1ms
        switches not recorded
        """,
        """
        cpu1 waited up to 11.500 ms from 9.000 ms: interrupts-off, Medium, cadvisor in read held 11.500 ms
        cpu1 waited up to 11.500 ms from 31.000 ms: interrupts-off, Medium, cadvisor in read held 11.500 ms
        """);

    // Where its reader is silent in user mode too, and more often, it is chance that strikes it.
    [Fact]
    public void A_file_that_is_being_read_as_a_few_of_many_silences_end_is_not() => Check(
        """
        each column 500us 0
        cpu1 running      AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
        cpu1 samples      |.|.|.|.|.|.|.|.|.|......................uw.|.|.|.|.|.|.|.|.|.|......................uw.|.|.|.|.|.|.|.|.|.|......................||.|.|.|.|.|.|.|.|.|.|......................||.|.|.|.|.|.|.|.|.|.|......................||.|.|.|.|.|.|.|.|.|.|.
        task a = cadvisor
        stack w = entry_SYSCALL_64_after_hwframe do_syscall_64 __x64_sys_read ksys_read vfs_read seq_read_iter slab_show
        stack u = entry_SYSCALL_64_after_hwframe do_syscall_64 __x64_sys_read ksys_read vfs_read seq_read_iter slab_show _raw_spin_unlock_irqrestore
        samples every 1ms
        switches not recorded
        """,
        "no stall");
}
