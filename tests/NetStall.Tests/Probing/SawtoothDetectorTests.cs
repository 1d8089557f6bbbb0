// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Probing;
using Xunit;
using static NetStall.Tests.Probing.PeerModel;

namespace NetStall.Tests.Probing;

public sealed class SawtoothDetectorTests
{
    static ProbeStall Only(PeerModel peer) => Assert.Single(peer.Detected().Stalls);

    // The article's: icmp_seq 1953 to 1957 came after 99.3, 89.3, 79.2, 69.1, 59.1 ms, and so on down to 9; 1951 and 1952 at once.
    [Fact]
    public void The_sawtooth_of_the_article_is_one_stall_of_a_hundred_milliseconds()
    {
        double[] rtts = [.. Enumerable.Repeat(0.2, 40), 99.3, 89.3, 79.2, 69.1, 59.1, 49.1, 39.1, 29.1, 19.1, 9.1, .. Enumerable.Repeat(0.2, 40)];
        var stalls = new List<ProbeStall>();
        var detector = new SawtoothDetector(Plan(transport: ProbeTransport.Icmp), stalls.Add, _ => Assert.Fail("a late answer"));
        for (int i = 0; i < rtts.Length; i++)
        {
            var sent = Us(10_000 * i);
            detector.Accept(new ProbeAnswer(0, i, sent, sent + Elapsed.FromMicroseconds((long)(rtts[i] * 1000))));
        }
        detector.Finish();

        var stall = Assert.Single(stalls);
        Assert.Equal((10, 0, StallReach.Unknown), (stall.Late, stall.Lost, stall.Reach));
        Assert.InRange(stall.AtLeast.Milliseconds, 98.9, 99.3);
        Assert.InRange(stall.AtMost.Milliseconds, 108.9, 109.3);
        Assert.InRange(stall.ReleaseSpread.Milliseconds, 0, 0.3);
    }

    [Fact]
    public void Begin_lies_between_the_last_good_probe_and_the_first_late_one_and_the_end_is_the_release()
    {
        var stall = Only(new PeerModel(Plan()) { Stalls = [(1_504_000, 1_554_000, null)] });

        Assert.Equal((Us(1_500_100), Us(1_510_100), Us(1_554_000)), (stall.BeginEarliest, stall.BeginLatest, stall.End));
        Assert.Equal((5, false), (stall.Late, stall.BeginUnseen));
    }

    [Fact]
    public void Answers_that_are_late_by_the_same_length_each_are_a_longer_way_and_no_stall()
    {
        var peer = new PeerModel(Plan()) { Jitter = i => i is >= 50 and < 60 ? 60_000 : 0 };

        var (stalls, late) = peer.Detected();

        Assert.Empty(stalls);
        Assert.Equal(10, late.Count);
    }

    [Fact]
    public void A_way_that_has_become_longer_for_good_is_usual_after_a_while()
    {
        var peer = new PeerModel(Plan()) { Probes = 1000, Jitter = i => i >= 100 ? 60_000 : 0 };

        var (stalls, late) = peer.Detected();

        Assert.Empty(stalls);
        Assert.InRange(late.Count, 1, 150);
    }

    [Fact]
    public void A_stall_shorter_than_two_intervals_leaves_a_late_answer_by_itself()
    {
        var (stalls, late) = new PeerModel(Plan(thresholdUs: 3_000)) { Stalls = [(1_508_000, 1_516_000, null)] }.Detected();

        Assert.Empty(stalls);
        Assert.Equal(Elapsed.FromMicroseconds(5_900), Assert.Single(late).Delay);
    }

    [Fact]
    public void What_a_full_ring_dropped_counts_as_lost_inside_the_stall()
    {
        var stall = Only(new PeerModel(Plan()) { Stalls = [(1_504_000, 1_604_000, null)], Ring = 4 });

        Assert.Equal((4, 6), (stall.Late, stall.Lost));
        Assert.Equal(Us(1_604_000), stall.End);
    }

    [Fact]
    public void Losses_elsewhere_are_no_stall()
    {
        var (stalls, late) = new PeerModel(Plan()) { IsLost = i => i % 3 == 0 }.Detected();

        Assert.Empty(stalls);
        Assert.Empty(late);
    }

    [Fact]
    public void Flows_that_answer_while_others_wait_tell_one_queue()
    {
        var stall = Only(new PeerModel(Plan(flows: 8)) { Stalls = [(1_504_000, 1_564_000, [2, 5])] });

        Assert.Equal(StallReach.OneQueue, stall.Reach);
        Assert.Equal([2, 5], stall.LateFlows);
        Assert.True(stall.Timely > 20);
    }

    [Fact]
    public void Eight_flows_that_all_wait_tell_the_whole_host()
    {
        var stall = Only(new PeerModel(Plan(flows: 8)) { Stalls = [(1_504_000, 1_564_000, null)] });

        Assert.Equal((StallReach.WholeHost, 8), (stall.Reach, stall.LateFlows.Count));
        // Eight flows one after the other know the begin eight times as well as one.
        Assert.Equal(1.25, (stall.BeginLatest - stall.BeginEarliest).Milliseconds);
    }

    [Fact]
    public void Two_flows_that_both_wait_tell_nothing_of_others() =>
        Assert.Equal(StallReach.Unknown, Only(new PeerModel(Plan(flows: 2)) { Stalls = [(1_504_000, 1_564_000, null)] }).Reach);

    [Fact]
    public void Where_ports_vary_the_begin_is_as_wide_as_the_share_of_the_stalled_queue_says()
    {
        // Every other probe goes to the stalled queue, as a hash of its port says.
        var answers = new PeerModel(Plan(flows: 2, intervalUs: 20_000)) { Stalls = [(1_504_000, 1_604_000, [0])] }.Answers();
        var stalls = new List<ProbeStall>();
        var detector = new SawtoothDetector(Plan(transport: ProbeTransport.Tcp), stalls.Add, _ => { });
        foreach (var answer in answers)
            detector.Accept(answer with { Flow = 0 });
        detector.Finish();

        var stall = Assert.Single(stalls);
        Assert.Equal((StallReach.OneQueue, 5, 4), (stall.Reach, stall.Late, stall.Timely));
        Assert.InRange(stall.AtMost.Milliseconds, 100, 150);
    }

    [Fact]
    public void Two_queues_that_end_their_stalls_at_different_moments_are_two_stalls()
    {
        var (stalls, _) = new PeerModel(Plan(flows: 4)) { Stalls = [(1_504_000, 1_564_000, [0, 1]), (1_520_000, 1_590_000, [2, 3])] }.Detected();

        Assert.Equal([[0, 1], [2, 3]], stalls.OrderBy(s => s.End).Select(s => s.LateFlows));
    }

    [Fact]
    public void A_short_wait_right_after_a_stall_does_not_begin_before_it()
    {
        var stall = Only(new PeerModel(Plan(flows: 16)) { Stalls = [(1_504_000, 1_604_000, null), (1_605_000, 1_611_000, null)] });

        Assert.Equal(Us(1_604_000), stall.End);
    }

    [Fact]
    public void A_stall_under_way_when_the_first_probe_is_sent_has_no_begin()
    {
        var stall = Only(new PeerModel(Plan()) { Stalls = [(0, 1_060_000, null)] });

        Assert.True(stall.BeginUnseen);
        Assert.Equal(stall.BeginLatest, stall.BeginEarliest);
    }

    [Fact]
    public void While_the_prober_pauses_nothing_is_late()
    {
        var (stalls, late) = new PeerModel(Plan()) { OwnPauses = [(1_300_000, 1_700_000)] }.Detected();

        Assert.Empty(stalls);
        Assert.Empty(late);
    }
}
