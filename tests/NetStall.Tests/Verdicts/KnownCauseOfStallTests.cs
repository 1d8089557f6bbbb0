// SPDX-License-Identifier: Apache-2.0
using NetStall.Tests.Drawings;
using Xunit;

namespace NetStall.Tests.Verdicts;

/// <summary>Which known cause is told beside a verdict: one that most of the culprit's samples show.</summary>
public class KnownCauseOfStallTests
{
    const string Legend = """
        cpu1 running      aaAAAAAAAAAAAAAAAAAAAAAAAAAkkaaa
        cpu1 NET_RX       ....r......................s=...
        cpu1 waking       ....k...........................
        cpu1 flags        ....NNNNNNNNNNNNNNNNNNNNNNN.....
        task a = fluent-bit
        stack g = entry_SYSCALL_64_after_hwframe do_syscall_64 ksys_write vfs_write sock_write_iter unix_dgram_sendmsg sk_filter_trim_cap
        stack h = entry_SYSCALL_64_after_hwframe do_syscall_64 ksys_write vfs_write sock_write_iter unix_dgram_sendmsg sk_filter_trim_cap ktime_get_mono_fast_ns read_hpet
        samples every 1ms
        """;

    static string? CauseWith(string samples) =>
        Assert.Single(Judged.Report(Drawing.Of($"each column 1ms   01234567890123456789012345678901\ncpu1 samples      {samples}\n{Legend}")).Stalls).KnownCause?.Id;

    // It happened to read the clock as the first sample was taken.
    [Fact]
    public void A_cause_that_one_sample_shows_is_not_told() => Assert.Null(CauseWith("||gghgggggggggggggggggggggg||||"));

    [Fact]
    public void A_cause_that_most_samples_show_is_told() => Assert.Equal("C37", CauseWith("||gghhhhhhghhhhgghhhhhghghhh||||"));
}
