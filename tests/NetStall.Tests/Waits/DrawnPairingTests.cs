// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Tests.Drawings;
using NetStall.Waits;
using Xunit;

namespace NetStall.Tests.Waiting;

/// <summary>Which raise an entry of NET_RX serves.</summary>
public class DrawnPairingTests
{
    static void Check(string drawing, string expected) => Assert.Equal(expected, Pair(Drawing.Of("each column 1us\n" + drawing)));

    static string Pair(Drawing drawing)
    {
        var pairing = new NetRxPairing();
        var said = new List<string>();
        foreach (var (e, _) in drawing.Events)
        {
            if (PairingFeed.Give(pairing, e) is { } begin)
                said.Add($"{Column(begin)}-{Column(e.Time)}");
        }
        if (pairing.PendingSince is { } pending)
            said.Add($"{Column(pending)} waits on");
        return string.Join(", ", said.DefaultIfEmpty("nothing")) + $"; raised {pairing.Raises}, served {pairing.Served}, unpaired {pairing.Unpaired}";
    }

    static long Column(KernelTime time) => (time - Drawing.Origin).Nanoseconds / 1000;

    [Fact]
    public void An_entry_ends_the_wait_of_the_raise_before_it() => Check(
        """
        cpu0 running  aaaaaaaaaa
        cpu0 NET_RX   ..r....s..
        """,
        "2-7; raised 1, served 1, unpaired 0");

    [Fact]
    public void Of_several_raises_the_first_one_waits() => Check(
        """
        cpu0 running  aaaaaaaaaaaa
        cpu0 NET_RX   ..r..r.r.s..
        """,
        "2-9; raised 3, served 1, unpaired 0");

    [Fact]
    public void A_raise_after_the_entry_is_the_next_wait() => Check(
        """
        cpu0 running  aaaaaaaaaaaa
        cpu0 NET_RX   ..r.s=R=..s=
        """,
        "2-4, 6-10; raised 2, served 2, unpaired 0");

    [Fact]
    public void A_raise_while_an_earlier_vector_of_the_same_pass_is_served_waits_for_the_next_pass() => Check(
        """
        cpu0 running  aaaaaaaaaaaaaa
        cpu0 TIMER    ...s==........
        cpu0 NET_RX   ..r.r.s=..s=..
        """,
        "2-6, 4-10; raised 2, served 2, unpaired 0");

    [Fact]
    public void The_second_wait_begins_with_the_first_raise_that_came_too_late() => Check(
        """
        cpu0 running  aaaaaaaaaaaaaa
        cpu0 TIMER    ...s===.......
        cpu0 NET_RX   ..r.rR.s=..s=.
        """,
        "2-7, 4-11; raised 3, served 2, unpaired 0");

    [Fact]
    public void A_raise_by_the_earlier_vector_itself_with_nothing_waiting_is_served_by_the_next_pass_and_is_one_wait() => Check(
        """
        cpu0 running  aaaaaaaaaaaaaa
        cpu0 TIMER    ...s===...s==.
        cpu0 NET_RX   ....R.......s=
        """,
        "4-12; raised 1, served 1, unpaired 0");

    [Fact]
    public void A_raise_in_an_interrupt_before_the_pass_merges() => Check(
        """
        cpu0 running  aaaaaaaaaaaaaa
        cpu0 TIMER    .....s==......
        cpu0 NET_RX   ..r.r...s=..s=
        """,
        "2-8; raised 2, served 1, unpaired 1");

    [Fact]
    public void A_raise_in_an_interrupt_between_two_passes_merges() => Check(
        """
        cpu0 running  aaaaaaaaaaaaaa
        cpu0 TIMER    .s=.....s=....
        cpu0 NET_RX   ....r.r...s=..
        """,
        "4-10; raised 2, served 1, unpaired 0");

    // TIMER twice: the first pass was left without NET_RX (a kernel with the gate serves HI and TASKLET only so), what was raised then merges.
    [Fact]
    public void The_same_vector_again_is_a_new_pass() => Check(
        """
        cpu0 running  aaaaaaaaaaaaaa
        cpu0 TIMER    .s==s==.......
        cpu0 NET_RX   ..R..r.s=.s=..
        """,
        "2-7, 5-10; raised 2, served 2, unpaired 0");

    [Fact]
    public void After_a_switch_no_pass_is_under_way() => Check(
        """
        cpu0 running  aaaabbbbbbbbbb
        cpu0 TIMER    .s=...........
        cpu0 NET_RX   r....r...s=s=.
        """,
        "0-9; raised 2, served 1, unpaired 1");

    [Fact]
    public void An_interrupt_between_two_handlers_raises_too_late_as_well() => Check(
        """
        cpu0 running  aaaaaaaaaaaaaa
        cpu0 TIMER    ..s=..........
        cpu0 NET_RX   r....g.s=..s=.
        """,
        "0-7, 5-11; raised 2, served 2, unpaired 0");

    // The mask is read, interrupts come back on, and there an interrupt raises: before the pass's first entry, and yet too late for it.
    //   mask read | r1 | TIMER entry  r2  TIMER exit       next pass: NET_RX entry serves r1 and r2
    [Fact]
    public void A_raise_between_the_reading_of_the_mask_and_the_first_entry_opens_no_second_wait() => Check(
        """
        cpu0 running  aaaaaaaaaaaaaaaaaaaa
        cpu0 TIMER    ..s===..............
        cpu0 NET_RX   .g..r....s=.......s=
        """,
        "1-9; raised 2, served 1, unpaired 1");

    [Fact]
    public void Without_flags_no_second_wait_is_opened() => Check(
        """
        flags not recorded
        cpu0 running  aaaaaaaaaaaaaaaaaaaa
        cpu0 TIMER    ..s===..............
        cpu0 NET_RX   .r..r....s=.......s=
        """,
        "1-9; raised 2, served 1, unpaired 1");

    [Fact]
    public void Lost_records_end_every_wait_without_a_length() => Check(
        """
        cpu0 running  aaaaaaaaaaaaaaaa
        cpu0 TIMER    .s=.............
        cpu0 NET_RX   r.r......s=.r.s=
        cpu0 lost     .....!..........
        """,
        "12-14; raised 3, served 1, unpaired 2");

    [Fact]
    public void An_entry_whose_raise_was_not_seen_is_counted_and_is_no_wait() => Check(
        """
        cpu0 running  aaaaaaaaaa
        cpu0 NET_RX   ....s=....
        """,
        "nothing; raised 0, served 0, unpaired 1");

    [Fact]
    public void A_raise_that_nobody_serves_waits_on() => Check(
        """
        cpu0 running  aaaaaaaaaa
        cpu0 NET_RX   ....r..r..
        """,
        "4 waits on; raised 2, served 0, unpaired 0");

    [Fact]
    public void Other_vectors_do_not_matter() => Check(
        """
        cpu0 running  aaaaaaaaaaaa
        cpu0 SCHED    .r...s=.....
        cpu0 RCU      ..r....s=...
        cpu0 NET_RX   ...r......s=
        """,
        "3-10; raised 1, served 1, unpaired 0");
}
