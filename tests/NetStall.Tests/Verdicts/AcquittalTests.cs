// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Tests.Drawings;
using Xunit;

namespace NetStall.Tests.Verdicts;

/// <summary>When "no stall" may be said. An acquittal where we could not see sends people to the network for weeks.</summary>
public class AcquittalTests
{
    static NetStall.Verdicts.Report Of(string drawing) => Judged.Report(Drawing.Of(drawing));

    [Fact]
    public void Samples_beside_raises_that_were_served_acquit() => Assert.True(Of(
        """
        each column 1ms   0123456789
        cpu0 running      aaaaaaaaaa
        cpu0 NET_RX       .rs.......
        cpu0 samples      ||||||||||
        samples every 1ms
        """).CanAcquit);

    // The raise of what came meanwhile is not before the end of the interrupts-off section, and is served at once.
    [Fact]
    public void Raises_alone_do_not_where_a_cpu_at_work_was_silent_and_packets_came_right_after()
    {
        var report = Of(
            """
            each column 1ms   0123456789012345678901234567890123456789
            cpu0 running      aaAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAaaaaaa
            cpu0 NET_RX       .rs...............................rs....
            """);

        Assert.Equal((Elapsed.FromMilliseconds(32), false), (report.Coverage.LongestUnseen, report.CanAcquit));
    }

    [Fact]
    public void Raises_alone_do_where_a_tick_s_softirq_was_heard_all_the_while() => Assert.True(Of(
        """
        each column 1ms   0123456789012345678901234567890123456789
        cpu0 running      aaAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAaaaaaa
        cpu0 NET_RX       .rs...............................rs....
        cpu0 TIMER        ...rs...rs...rs...rs...rs...rs...rs.....
        """).CanAcquit);

    [Theory]
    [InlineData("bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", ".rs.....................................", "nobody came after the silence")]
    [InlineData("bbbb............................bbbbbbbb", ".rs...............................rs....", "the CPU idled")]
    public void Raises_alone_do_where_no_packet_can_have_waited(string running, string netRx, string since) => Assert.True(Of(
        $"""
        each column 1ms   0123456789012345678901234567890123456789
        cpu0 running      {running}
        cpu0 NET_RX       {netRx}
        """).CanAcquit, since);

    [Fact]
    public void A_cpu_that_received_without_a_single_sample_is_not_acquitted_by_the_samples_of_another() => Assert.False(Of(
        """
        each column 1ms   0123456789012345678901234567890123456789
        cpu0 running      aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
        cpu0 samples      ||||||||||||||||||||||||||||||||||||||||
        cpu1 running      bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
        cpu1 NET_RX       .rs...............................rs....
        samples every 1ms
        """).CanAcquit);

    // Whoever stops a recording stops it during the stall.
    [Fact]
    public void Net_rx_that_still_waits_when_the_recording_ends_acquits_nobody()
    {
        var report = Of(
            """
            each column 1ms   0123456789012345678901234567890123456789
            cpu0 running      aaAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
            cpu0 NET_RX       .rs.r...................................
            cpu0 samples      ||||||||||||||||||||||||||||||||||||||||
            samples every 1ms
            """);

        Assert.Equal(Elapsed.FromMilliseconds(35), report.Coverage.StillWaiting);
        Assert.False(report.CanAcquit);
    }
}
