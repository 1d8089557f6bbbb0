// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Probing;
using NetStall.Recordings;
using Xunit;
using static NetStall.Tests.Probing.PeerModel;

namespace NetStall.Tests.Probing;

public sealed class OwnPausesTests
{
    static ProbeReport Report(PeerModel peer, ProbePlan plan, params OwnPause[] pauses)
    {
        var session = new ProbeSession(plan);
        foreach (var pause in pauses)
            session.Pauses.Add(pause);
        foreach (var answer in peer.Answers())
        {
            session.Accept(answer);
            session.Settle(answer.Sent);
        }
        return session.Conclude(new ProbeTarget("h", "h"), new ProberFacts("p", "kernel", true, [new CpuId(0)], 1), RecordingClock.Unknown, 0, 0);
    }

    static readonly PeerModel Stalled = new(Plan()) { Stalls = [(1_504_000, 1_604_000, null)], Probes = 500 };

    [Fact]
    public void A_stall_in_the_midst_of_a_pause_of_the_prober_is_not_told()
    {
        var report = Report(Stalled, Plan(), new OwnPause(Us(1_500_000), Us(1_605_000), new CpuId(3)));

        Assert.Empty(report.Stalls);
        Assert.Equal((1, false), (report.Withheld, report.TellsAbsence));
    }

    [Fact]
    public void A_short_pause_beside_a_stall_takes_nothing_away()
    {
        var report = Report(Stalled, Plan(), new OwnPause(Us(1_500_000), Us(1_530_000), null), new OwnPause(Us(1_700_000), Us(1_900_000), null));

        Assert.Single(report.Stalls);
        Assert.Equal((0, 2, Elapsed.FromMilliseconds(230)), (report.Withheld, report.PauseCount, report.Unsent));
    }

    [Fact]
    public void Pauses_of_several_cpus_at_once_count_once()
    {
        var pauses = new OwnPauses();
        pauses.Add(new OwnPause(Us(100), Us(130), new CpuId(0)));
        pauses.Add(new OwnPause(Us(110), Us(140), new CpuId(1)));

        Assert.False(pauses.Explain(Us(100), Us(200)));
        Assert.True(pauses.Explain(Us(100), Us(180)));
        Assert.False(pauses.Explain(Us(140), Us(200)));
    }

    [Fact]
    public void On_a_long_way_answers_that_all_come_when_the_prober_wakes_are_its_own_doing()
    {
        // 100 ms away: ten probes are under way when the prober's machine stops for 50 ms, and their stamps are all of its end.
        var answers = new PeerModel(Plan()) { Rtt = 100_000, Probes = 500 }.Answers()
            .Select(a => a.Received is { } r && r >= Us(2_000_000) && r < Us(2_050_000) ? a with { Received = Us(2_050_000) } : a).ToList();
        var session = new ProbeSession(Plan());
        session.Pauses.Add(new OwnPause(Us(2_000_000), Us(2_050_000), null));
        answers.ForEach(session.Accept);
        var report = session.Conclude(new ProbeTarget("h", "h"), new ProberFacts("p", "kernel", true, [], 1), RecordingClock.Unknown, 0, 0);

        Assert.Empty(report.Stalls);
        Assert.Equal(1, report.Withheld);
    }
}
