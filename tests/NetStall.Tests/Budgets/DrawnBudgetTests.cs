// SPDX-License-Identifier: Apache-2.0
using Xunit;
using static NetStall.Tests.Drawings.Judged;

namespace NetStall.Tests.Budgets;

/// <summary>Who had the CPU in each part of a wait, as drawn.</summary>
public class DrawnBudgetTests
{
    [Fact]
    public void Each_part_of_a_wait_goes_to_whoever_had_the_cpu() => CheckBudget(
        """
        each column 1ms   01234567890123456789012345678901
        cpu1 running      aaAAAAAAAAAAAbbbb....AAAAAAkkaaa
        cpu1 NET_RX       ....r......................s=...
        cpu1 TIMER        .......r.s==....................
        cpu1 hardirq      .......................h==......
        cpu1 waking       ....k...........................
        cpu1 ticks        ..t...t...t...t...t...t...t...t.
        cpu1 flags        ....NNNNNNNNN...................
        irq h = nvme0q1
        """,
        """
        cpu1 waited 23.000 ms from 4.000 ms: ksoftirqd-outcompeted, Medium, nobody
        6.000 ms  a, kernel
        4.000 ms  b, who knows where
        4.000 ms  idle
        3.000 ms  softirq TIMER
        3.000 ms  a, who knows where
        3.000 ms  hardirq nvme0q1
        """);

    [Fact]
    public void System_calls_tell_kernel_from_user_mode() => CheckBudget(
        """
        each column 1ms   01234567890123456789012345678901
        cpu1 running      aaAAAAAAAAAAAaaaaAAAAAAAAAAkkaaa
        cpu1 NET_RX       ....r......................s=...
        cpu1 waking       ....k...........................
        cpu1 ticks        ..t...t...t...t...t...t...t...t.
        task a = metrics-agent, calls setgroups
        """,
        """
        cpu1 waited 23.000 ms from 4.000 ms: syscall-blocks-ksoftirqd, High, metrics-agent in setgroups held 23.000 ms
        19.000 ms  metrics-agent in setgroups, kernel
        4.000 ms  metrics-agent, user
        """);

    // A sample speaks for the time since the one before it, not for one period: 3 ms here, where two are missing.
    // Most of the time went by in user mode, so the call that one sample struck is not what a is blamed for.
    [Fact]
    public void A_sample_weighs_the_time_since_the_one_before_it() => CheckBudget(
        """
        each column 1ms   01234567890123456789012345678901
        cpu1 running      aaaaaaaaaaaAAAAaaaaaaaaaaaakkaaa
        cpu1 NET_RX       ....r......................s=...
        cpu1 waking       ....k...........................
        cpu1 ticks        ..t...t...t...t...t...t...t...t.
        cpu1 samples      .|..|..|..|..w..|..|..|..|..|...
        stack w = entry_SYSCALL_64_after_hwframe do_syscall_64 __x64_sys_read vfs_read
        """,
        """
        cpu1 waited 23.000 ms from 4.000 ms: ksoftirqd-outcompeted, High, a held 23.000 ms
        20.000 ms  a, user
        3.000 ms  a in read, kernel
        """);

    // need_resched is cleared by a switch only, and a way back to user mode would have switched: so it was in the kernel from flag to flag.
    [Fact]
    public void Need_resched_from_one_event_to_the_next_is_the_kernel() => CheckBudget(
        """
        each column 1ms   01234567890123456789012345678901
        cpu1 running      aaaaaaaaaaaaaaaaaaaaaaaaaaakkaaa
        cpu1 NET_RX       ....r......................s=...
        cpu1 TIMER        ........r...r...r...r...r.......
        cpu1 waking       ....k...........................
        cpu1 ticks        ..t...t...t...t...t...t...t...t.
        cpu1 flags        ............NNNNNNNNNNNNNNN.....
        """,
        """
        cpu1 waited 23.000 ms from 4.000 ms: syscall-blocks-ksoftirqd, High, a held 23.000 ms
        15.000 ms  a, kernel
        8.000 ms  a, who knows where
        """);

    [Fact]
    public void A_silence_within_a_wait_is_no_task_s_work() => CheckBudget(
        """
        each column 1ms   01234567890123456789012345678901
        cpu1 running      aaaaaaaaaaaaaaaaaaaaaaaaaaakkaaa
        cpu1 NET_RX       ....r......................s=...
        cpu1 waking       ....k...........................
        cpu1 samples      |||||||||........||||||||||||||.
        samples every 1ms
        """,
        """
        cpu1 waited 23.000 ms from 4.000 ms: ksoftirqd-outcompeted, High, a held 23.000 ms
        14.000 ms  a, user
        9.000 ms  silent, a
        """);
}
