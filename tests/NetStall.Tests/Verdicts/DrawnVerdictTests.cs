// SPDX-License-Identifier: Apache-2.0
using Xunit;
using static NetStall.Tests.Drawings.Judged;

namespace NetStall.Tests.Verdicts;

/// <summary>One drawing for each mechanism, and beside it what looks nearly the same and is not it. The legend stands at <see cref="Drawings.Drawing"/>.</summary>
public class DrawnVerdictTests
{
    // A long system call: ksoftirqd is woken, the scheduler asks (need_resched) at every tick, and the task does not let go.
    [Fact]
    public void A_task_that_stays_in_the_kernel_while_ksoftirqd_is_due_is_blamed_for_the_whole_wait() => Check(
        """
        each column 1ms   01234567890123456789012345678901
        cpu1 running      aaAAAAAAAAAAAAAAAAAAAAAAAAAkkaaa
        cpu1 NET_RX       ....r......................s=...
        cpu1 waking       ....k...........................
        cpu1 ticks        ..t...t...t...t...t...t...t...t.
        cpu1 flags        ....NNNNNNNNNNNNNNNNNNNNNNN.....
        task a = metrics-agent
        """,
        "cpu1 waited 23.000 ms from 4.000 ms: syscall-blocks-ksoftirqd, High, metrics-agent held 23.000 ms");

    [Fact]
    public void System_calls_and_samples_tell_what_it_was_doing() => Check(
        """
        each column 1ms   01234567890123456789012345678901
        cpu1 running      aaAAAAAAAAAAAAAAAAAAAAAAAAAkkaaa
        cpu1 NET_RX       ....r......................s=...
        cpu1 waking       ....k...........................
        cpu1 flags        ....NNNNNNNNNNNNNNNNNNNNNNN.....
        cpu1 samples      ||gggggggggggggggggggggggggg||||
        task a = metrics-agent, calls setgroups
        stack g = entry_SYSCALL_64_after_hwframe do_syscall_64 __x64_sys_setgroups groups_sort
        samples every 1ms
        """,
        "cpu1 waited 23.000 ms from 4.000 ms: syscall-blocks-ksoftirqd, High, metrics-agent in setgroups held 23.000 ms");

    // The same picture without need_resched: the scheduler never asked, so a task in user mode would have stayed as well.
    [Fact]
    public void A_task_that_the_scheduler_never_asked_to_go_is_not_said_to_be_in_the_kernel() => Check(
        """
        each column 1ms   01234567890123456789012345678901
        cpu1 running      aaaaaaaaaaaaaaaaaaaaaaaaaaakkaaa
        cpu1 NET_RX       ....r......................s=...
        cpu1 waking       ....k...........................
        cpu1 ticks        ..t...t...t...t...t...t...t...t.
        """,
        "cpu1 waited 23.000 ms from 4.000 ms: ksoftirqd-outcompeted, High, a held 23.000 ms");

    // No tick came in all that time: an emulated CPU that was not running leaves the same, and whoever was on it is innocent.
    [Fact]
    public void A_task_over_which_not_even_a_tick_came_is_not_named() => Check(
        """
        each column 1ms   01234567890123456789012345678901
        cpu1 running      aaaaaaaaaaaaaaaaakkaaaaaaaaaaaaa
        cpu1 NET_RX       ....r............s=.............
        cpu1 waking       ..k......b......................
        """,
        "cpu1 waited 13.000 ms from 4.000 ms: unknown, Low, nobody");

    // The packets that n polls 20 ms later have nothing to do with the entry before: only its exit was not drawn.
    [Fact]
    public void A_napi_thread_s_polls_are_not_counted_from_a_net_rx_whose_end_was_not_seen()
    {
        var drawing = Drawings.Drawing.Of(
            """
            each column 1ms   012345678901234567890123456789
            cpu1 running      aaaaaaaaaaaaaaaaaaaaaaannaaaaa
            cpu1 NET_RX       .rs...........................
            cpu1 polls        ..e.....................fg....
            task n = napi/eth1-13
            napi e = eth0
            napi f = eth1
            napi g = eth2
            """);
        drawing.Events.RemoveAll(e => e.Event.Kind == NetStall.Model.EventKind.SoftirqExit);

        Assert.Equal("no stall, worst wait 1.000 ms", Text(Report(drawing)));
    }

    // One slow interrupt and the softirqs at its end: it set the flag, saw it itself, and may have struck in user mode.
    [Fact]
    public void Need_resched_seen_by_one_interrupt_alone_does_not_put_the_task_into_the_kernel() => Check(
        """
        threshold 1ms
        each column 100us 01234567890123456789012345678901
        cpu1 running      aaaaaaaaaaaaaaaaaaakkaaaaaaaaaaa
        cpu1 NET_RX       ....r...............s=..........
        cpu1 TIMER        .....r.....s=...................
        cpu1 waking       ...............k................
        cpu1 flags        ....NNNNNNNNNNNNNNN.............
        """,
        "cpu1 waited 1.600 ms from 0.400 ms: ksoftirqd-outcompeted, Medium, a held 1.300 ms");

    [Fact]
    public void A_task_seen_in_user_mode_only_outcompetes() => Check(
        """
        each column 1ms   01234567890123456789012345678901
        cpu1 running      aaaaaaaaaaaaaaaaaaaaaaaaaaakkaaa
        cpu1 NET_RX       ....r......................s=...
        cpu1 waking       ....k...........................
        cpu1 samples      ||||||||||||||||||||||||||||||||
        samples every 1ms
        """,
        "cpu1 waited 23.000 ms from 4.000 ms: ksoftirqd-outcompeted, High, a held 23.000 ms");

    [Fact]
    public void Tasks_that_take_turns_while_ksoftirqd_is_due_outcompete_it_together() => Check(
        """
        each column 1ms   01234567890123456789012345678901
        cpu1 running      aaaaaaabbbbbbbccccccddddddakkaaa
        cpu1 NET_RX       ....r......................s=...
        cpu1 waking       ....k...........................
        cpu1 ticks        ..t...t...t...t...t...t...t...t.
        """,
        "cpu1 waited 23.000 ms from 4.000 ms: ksoftirqd-outcompeted, Medium, nobody");

    // The call ends in the middle of the wait, and then others take turns: nobody held half of it.
    [Fact]
    public void A_task_that_held_less_than_half_of_the_wait_in_the_kernel_is_not_blamed_for_it() => Check(
        """
        each column 1ms   01234567890123456789012345678901
        cpu1 running      aaAAAAAAAAAAAbbbbbbbcccccckkaaaa
        cpu1 NET_RX       ....r.....................s=....
        cpu1 waking       ....k...........................
        cpu1 ticks        ..t...t...t...t...t...t...t...t.
        cpu1 flags        ....NNNNNNNNN...................
        """,
        "cpu1 waited 22.000 ms from 4.000 ms: ksoftirqd-outcompeted, Medium, nobody");

    [Fact]
    public void A_call_that_sleeps_is_nobody_s_crime() => Check(
        """
        each column 1ms   01234567890123456789012345678901
        cpu1 running      aaAAAAAAAAAAAAAAAAAAAAAAAAAkkaaa
        cpu1 NET_RX       ....r......................s=...
        cpu1 waking       ....k...........................
        cpu1 ticks        ..t...t...t...t...t...t...t...t.
        cpu1 flags        ....NNNNNNNNNNNNNNNNNNNNNNN.....
        task a = sleeper, calls nanosleep
        """,
        "cpu1 waited 23.000 ms from 4.000 ms: unknown, Low, nobody");

    [Fact]
    public void Where_nothing_tells_kernel_from_user_mode_who_had_the_cpu_is_said_and_no_mechanism() => Check(
        """
        each column 1ms   01234567890123456789012345678901
        cpu1 running      aaAAAAAAAAAAAAAAAAAAAAAAAAAkkaaa
        cpu1 NET_RX       ....r......................s=...
        cpu1 waking       ....k...........................
        cpu1 ticks        ..t...t...t...t...t...t...t...t.
        flags not recorded
        """,
        "cpu1 waited 23.000 ms from 4.000 ms: unknown, Medium, a held 23.000 ms");

    [Fact]
    public void A_real_time_task_starves_ksoftirqd_in_whichever_mode_it_is() => Check(
        """
        each column 1ms   01234567890123456789012345678901
        cpu1 running      aattttttttttttttttttttttttTkkaaa
        cpu1 NET_RX       ....r......................s=...
        cpu1 waking       ....k...........................
        cpu1 ticks        ..t...t...t...t...t...t...t...t.
        task t = rt-hog, priority 49
        """,
        "cpu1 waited 23.000 ms from 4.000 ms: realtime-starvation, High, rt-hog held 23.000 ms");

    [Fact]
    public void A_priority_that_is_not_real_time_starves_nobody() => Check(
        """
        each column 1ms   01234567890123456789012345678901
        cpu1 running      aattttttttttttttttttttttttTkkaaa
        cpu1 NET_RX       ....r......................s=...
        cpu1 waking       ....k...........................
        cpu1 ticks        ..t...t...t...t...t...t...t...t.
        task t = nice-hog, priority 100
        """,
        "cpu1 waited 23.000 ms from 4.000 ms: ksoftirqd-outcompeted, High, nice-hog held 23.000 ms");

    // Interrupts come, raise, and find bottom halves off; the same task's back serves at the end. Nobody wakes ksoftirqd.
    [Fact]
    public void Bottom_halves_off_is_told_by_the_flag_of_the_interrupts() => Check(
        """
        each column 1ms   01234567890123456789012345678901
        cpu1 running      aaaaAAAAAAAAAAAAAAAAAAAAAAAAAaaa
        cpu1 NET_RX       .....r.....................s=...
        cpu1 ticks        ..t...t...t...t...t...t...t...t.
        cpu1 flags        ....bbbbbbbbbbbbbbbbbbbbbbb.....
        task a = cilium-agent
        """,
        "cpu1 waited 22.000 ms from 5.000 ms: bottom-halves-off, High, cilium-agent held 22.000 ms");

    [Fact]
    public void The_flag_decides_even_where_ksoftirqd_serves_in_the_end() => Check(
        """
        each column 1ms   01234567890123456789012345678901
        cpu1 running      aaaaAAAAAAAAAAAAAAAAAAAAAAAkkaaa
        cpu1 NET_RX       .....r.....................s=...
        cpu1 waking       ...k............................
        cpu1 ticks        ..t...t...t...t...t...t...t...t.
        cpu1 flags        ....BBBBBBBBBBBBBBBBBBBBBBB.....
        task a = cilium-agent
        """,
        "cpu1 waited 22.000 ms from 5.000 ms: bottom-halves-off, High, cilium-agent held 22.000 ms");

    // Interrupts came and raised SCHED, their exits ran nothing, nobody woke ksoftirqd.
    [Fact]
    public void Without_flags_ticks_that_raise_and_are_not_served_tell_it() => Check(
        """
        each column 1ms   01234567890123456789012345678901
        cpu1 running      aaaaAAAAAAAAAAAAAAAAAAAAAAAAAaaa
        cpu1 NET_RX       .....r.....................s=...
        cpu1 waking       ................................
        cpu1 ticks        ..t...t...t...t...t...t...t...t.
        flags not recorded
        """,
        "cpu1 waited 22.000 ms from 5.000 ms: bottom-halves-off, Medium, a held 22.000 ms");

    // The same interrupt raised both, and served both at its end.
    [Fact]
    public void What_one_slow_interrupt_raises_is_no_sign_of_bottom_halves_off() => Check(
        """
        threshold 1ms
        each column 100us 01234567890123456789012345678901
        cpu1 running      aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
        cpu1 NET_RX       ....r...............s=..........
        cpu1 TIMER        ......r...........s=............
        cpu1 waking       ................................
        """,
        "cpu1 waited 1.600 ms from 0.400 ms: unknown, Low, nobody");

    [Fact]
    public void A_ksoftirqd_that_was_woken_and_left_behind_is_no_sign_of_bottom_halves_off() => Check(
        """
        each column 1ms   01234567890123456789012345678901
        cpu1 running      aaaaAAAAAAAAAAAAAAAAAAAAAAAAAaaa
        cpu1 NET_RX       .....r.....................s=...
        cpu1 waking       ......k.........................
        cpu1 ticks        ..t...t...t...t...t...t...t...t.
        cpu1 flags        ......NNNNNNNNNNNNNNNNNNNNNN....
        """,
        "cpu1 waited 22.000 ms from 5.000 ms: syscall-blocks-ksoftirqd, High, a held 22.000 ms");

    [Fact]
    public void Served_on_the_task_s_back_and_nothing_else_known_nobody_is_said_to_hold_bottom_halves() => Check(
        """
        each column 1ms   01234567890123456789012345678901
        cpu1 running      aaaaAAAAAAAAAAAAAAAAAAAAAAAAAaaa
        cpu1 NET_RX       .....r.....................s=...
        cpu1 waking       ................................
        cpu1 samples      ||||wwwwwwwwwwwwwwwwwwwwwwwww|||
        stack w = entry_SYSCALL_64_after_hwframe do_syscall_64 __x64_sys_bpf bpf_test_run
        samples every 1ms
        """,
        "cpu1 waited 22.000 ms from 5.000 ms: unknown, Low, nobody");

    [Fact]
    public void Hard_interrupts_that_take_the_cpu_are_a_storm_and_whom_they_interrupt_is_innocent() => Check(
        """
        each column 1ms   01234567890123456789012345678901
        cpu1 running      aaAAAAAAAAAAAAAAAAAAAAAAAAAAAaaa
        cpu1 NET_RX       ....r......................s=...
        cpu1 hardirq      .....h==.h==.h==.h==.h==.h=.....
        irq h = nvme0q1
        """,
        "cpu1 waited 23.000 ms from 4.000 ms: hardirq-storm, Medium, function nvme0q1 held 17.000 ms");

    [Fact]
    public void Interrupts_that_take_less_than_half_are_no_storm() => Check(
        """
        each column 1ms   01234567890123456789012345678901
        cpu1 running      aaAAAAAAAAAAAAAAAAAAAAAAAAAkkaaa
        cpu1 NET_RX       ....r......................s=...
        cpu1 waking       ....k...........................
        cpu1 hardirq      .....h...h...h==.h...h==.h=.....
        cpu1 flags        ....NNNNNNNNNNNNNNNNNNNNNNN.....
        irq h = nvme0q1
        """,
        "cpu1 waited 23.000 ms from 4.000 ms: syscall-blocks-ksoftirqd, Medium, a held 15.000 ms");

    // One interrupt alone, once: a virtual CPU that stopped inside it would look the same.
    [Fact]
    public void One_long_interrupt_seen_once_is_not_named() => Check(
        """
        each column 1ms   01234567890123456789012345678901
        cpu1 running      aaAAAAAAAAAAAAAAAAAAAAAAAAAAAaaa
        cpu1 NET_RX       ....r......................s=...
        cpu1 hardirq      .....h=====================.....
        irq h = nvme0q1
        """,
        "cpu1 waited 23.000 ms from 4.000 ms: unknown, Low, nobody");

    [Fact]
    public void Another_softirq_that_does_not_end_is_the_hog_and_whom_it_interrupts_is_innocent() => Check(
        """
        each column 1ms   01234567890123456789012345678901
        cpu1 running      aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
        cpu1 TIMER        ..r.s======================.....
        cpu1 ticks        ..t...t...t...t...t...t...t...t.
        cpu1 NET_RX       ....r......................s=...
        """,
        "cpu1 waited 23.000 ms from 4.000 ms: softirq-hog, High, function TIMER held 23.000 ms");

    [Fact]
    public void A_softirq_that_the_task_raised_itself_and_served_on_its_own_back_is_its_own_work() => Check(
        """
        each column 1ms   01234567890123456789012345678901
        cpu1 running      aaAAAAAAAAAAAAAAAAAAAAAAAAAAAaaa
        cpu1 NET_TX       ..R.s======================.....
        cpu1 ticks        ..t...t...t...t...t...t...t...t.
        cpu1 NET_RX       ......r....................s=...
        task a = sender
        """,
        "cpu1 waited 21.000 ms from 6.000 ms: softirq-hog, High, sender held 21.000 ms");

    // A softirq lets interrupts in, so ticks come. Where none did, nothing vouches for the CPU itself.
    [Fact]
    public void A_softirq_without_a_single_tick_may_be_a_cpu_that_stood_still() => Check(
        """
        each column 1ms   01234567890123456789012345678901
        cpu1 running      aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
        cpu1 TIMER        ..r.s======================.....
        cpu1 NET_RX       ....r......................s=...
        """,
        "cpu1 waited 23.000 ms from 4.000 ms: unknown, Low, nobody");

    [Fact]
    public void A_softirq_of_less_than_half_of_the_wait_is_no_hog() => Check(
        """
        each column 1ms   01234567890123456789012345678901
        cpu1 running      aaAAAAAAAAAAAAAAAAAAAAAAAAAkkaaa
        cpu1 TIMER        ....s=======....................
        cpu1 NET_RX       ....r......................s=...
        cpu1 waking       ....k...........................
        cpu1 ticks        ..t...t...t...t...t...t...t...t.
        cpu1 flags        ....NNNNNNNNNNNNNNNNNNNNNNN.....
        """,
        "cpu1 waited 23.000 ms from 4.000 ms: syscall-blocks-ksoftirqd, Medium, a held 15.000 ms");

    // NET_RX was raised again while it was served: others' packets wait for whole budgets of two devices.
    [Fact]
    public void Whole_budgets_of_several_devices_are_the_budget_s_fault() => Check(
        """
        each column 1ms   01234567890123456789012345678901
        cpu1 running      kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkaa
        cpu1 NET_RX       .rs=r==================s===.....
        cpu1 polls        .......E....F....E....F.........
        cpu1 ticks        ..t...t...t...t...t...t...t...t.
        napi e = eth0
        napi f = eth1
        """,
        "cpu1 waited 19.000 ms from 4.000 ms: napi-budget, High, function NET_RX held 19.000 ms");

    [Fact]
    public void One_device_s_long_poll_is_a_hog_and_no_budget() => Check(
        """
        each column 1ms   01234567890123456789012345678901
        cpu1 running      kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkaa
        cpu1 NET_RX       .rs=r==================s===.....
        cpu1 polls        ......................E.........
        cpu1 ticks        ..t...t...t...t...t...t...t...t.
        napi e = eth0
        """,
        "cpu1 waited 19.000 ms from 4.000 ms: softirq-hog, High, function NET_RX held 19.000 ms");

    [Fact]
    public void A_napi_thread_that_is_woken_and_does_not_get_the_cpu_is_starved_by_whoever_has_it() => Check(
        """
        each column 1ms   01234567890123456789012345678901
        cpu1 running      aaAAAAAAAAAAAAAAAAAAAAAAAAAnnaaa
        cpu1 waking       ....n...........................
        cpu1 polls        ............................e...
        cpu1 ticks        ..t...t...t...t...t...t...t...t.
        task a = metrics-agent
        task n = napi/eth0-12
        """,
        "cpu1 waited 23.000 ms from 4.000 ms: napi-thread-starved, High, metrics-agent held 23.000 ms");

    [Fact]
    public void A_real_time_task_starves_a_napi_thread_too() => Check(
        """
        each column 1ms   01234567890123456789012345678901
        cpu1 running      aattttttttttttttttttttttttTnnaaa
        cpu1 waking       ....n...........................
        cpu1 ticks        ..t...t...t...t...t...t...t...t.
        task n = napi/eth0-12
        task t = rt-hog, priority 49
        """,
        "cpu1 waited 23.000 ms from 4.000 ms: realtime-starvation, High, rt-hog held 23.000 ms");

    [Fact]
    public void A_thread_that_is_no_napi_thread_may_wait_as_long_as_it_likes() => Check(
        """
        each column 1ms   01234567890123456789012345678901
        cpu1 running      aaAAAAAAAAAAAAAAAAAAAAAAAAAnnaaa
        cpu1 waking       ....n...........................
        cpu1 ticks        ..t...t...t...t...t...t...t...t.
        task n = kworker/1:1
        """,
        "no stall, worst wait 0.000 ms");

    // The raise came from a task with bottom halves on, nobody was woken, and the CPU went idle on it.
    [Fact]
    public void A_raise_that_nobody_heard_waits_for_the_next_interrupt() => Check(
        """
        each column 1ms   01234567890123456789012345678901
        cpu1 running      aaaaaa.........................a
        cpu1 NET_RX       ....R......................s=...
        cpu1 waking       ................................
        """,
        "cpu1 waited 23.000 ms from 4.000 ms: lost-raise, High, nobody");

    [Fact]
    public void A_raise_by_an_interrupt_is_not_lost() => Check(
        """
        each column 1ms   01234567890123456789012345678901
        cpu1 running      aaaaaa.........................a
        cpu1 NET_RX       ....r......................s=...
        cpu1 waking       ................................
        """,
        "cpu1 waited 23.000 ms from 4.000 ms: unknown, Low, nobody");

    // Not even a tick's softirq: the virtual CPU may have stood still, and whoever was on it stood with it.
    [Fact]
    public void Where_nothing_at_all_was_recorded_nobody_is_named() => Check(
        """
        each column 1ms   01234567890123456789012345678901
        cpu1 running      aaAAAAAAAAAAAAAAAAAAAAAAAAAkkaaa
        cpu1 NET_RX       ....r......................s=...
        cpu1 waking       ....k...........................
        cpu1 flags        ....N.....................N.....
        """,
        "cpu1 waited 23.000 ms from 4.000 ms: unknown, Low, nobody");

    [Fact]
    public void Records_lost_within_a_wait_leave_no_wait() => Check(
        """
        each column 1ms   01234567890123456789012345678901
        cpu1 running      aaAAAAAAAAAAAAAAAAAAAAAAAAAkkaaa
        cpu1 NET_RX       ....r......................s=...
        cpu1 waking       ....k...........................
        cpu1 ticks        ..t...t...t...t...t...t...t...t.
        cpu1 lost         ............!...................
        """,
        "no stall, worst wait 0.000 ms");

    // ksoftirqd has the CPU and works on other vectors: where the wait ends is not who caused it.
    [Fact]
    public void Ksoftirqd_is_not_blamed_for_what_it_serves() => Check(
        """
        each column 1ms   01234567890123456789012345678901
        cpu1 running      kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkaa
        cpu1 RCU          .rs=======...s=======..s==......
        cpu1 NET_RX       ...r......................s=....
        cpu1 ticks        ..t...t...t...t...t...t...t...t.
        """,
        "cpu1 waited 23.000 ms from 3.000 ms: softirq-hog, Medium, function RCU held 18.000 ms");

    [Fact]
    public void Ksoftirqd_is_not_blamed_where_nothing_tells_what_it_serves() => Check(
        """
        each column 1ms   01234567890123456789012345678901
        cpu1 running      kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkaa
        cpu1 NET_RX       ...r......................s=....
        cpu1 ticks        ..t...t...t...t...t...t...t...t.
        """,
        "cpu1 waited 23.000 ms from 3.000 ms: unknown, Low, nobody");

    [Fact]
    public void A_wait_under_the_threshold_is_no_stall_and_is_told() => Check(
        """
        each column 1ms   012345678901234567890
        cpu1 running      aaAAAAAAAAAAAkkaaaaaa
        cpu1 NET_RX       ....r........s=......
        cpu1 waking       ....k................
        cpu1 flags        ....NNNNNNNNN........
        """,
        "no stall, worst wait 9.000 ms");
}
