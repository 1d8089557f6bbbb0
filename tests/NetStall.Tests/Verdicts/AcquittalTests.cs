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
    public void Raises_alone_do_not_since_none_comes_while_interrupts_are_off() => Assert.False(Of(
        """
        each column 1ms   0123456789012345678901234567890123456789
        cpu0 running      aaAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAaaaaaa
        cpu0 NET_RX       .rs...............................rs....
        """).CanAcquit);

    [Fact]
    public void A_cpu_that_received_without_a_single_sample_is_not_acquitted_by_the_samples_of_another() => Assert.False(Of(
        """
        each column 1ms   0123456789
        cpu0 running      aaaaaaaaaa
        cpu0 samples      ||||||||||
        cpu1 running      bbbbbbbbbb
        cpu1 NET_RX       .rs.......
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
