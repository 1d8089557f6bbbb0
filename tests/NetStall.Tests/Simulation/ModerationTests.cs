// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Simulation;
using Xunit;

namespace NetStall.Tests.Simulation;

public sealed class ModerationTests
{
    static readonly Elapsed Tau = Elapsed.FromMicroseconds(50);

    // Intel's ITR: no more than 1 / tau interrupts; at a constant rate beyond it a packet waits U(0, tau).
    [Fact]
    public void A_throttle_bounds_the_rate_of_interrupts()
    {
        var outcome = Run(new Moderation.Throttle(Tau), new ArrivalPattern.Constant(1_000_000), Elapsed.FromMilliseconds(100), packet: 10);

        Assert.InRange(outcome.Queues[0].Interrupts, 1995, 2001);
        Assert.Equal(25.0, outcome.Flows[0].Latency.MeanNanoseconds / 1000, 1.0);
        Assert.InRange(outcome.Flows[0].Latency.Longest.Nanoseconds, 48_000, 51_000);
    }

    [Fact]
    public void A_throttle_does_not_hold_the_first_packet_after_a_pause()
    {
        var outcome = Run(new Moderation.Throttle(Tau), new ArrivalPattern.Constant(10_000), Elapsed.FromMilliseconds(100), packet: 10);

        Assert.Equal(10, outcome.Flows[0].Latency.Longest.Nanoseconds);
    }

    // rx-usecs: every first packet waits; the rate is 1 / (tau + 1 / lam).
    [Fact]
    public void A_delay_holds_every_first_packet()
    {
        var outcome = Run(new Moderation.Delay(Tau), new ArrivalPattern.Poisson(20_000), Elapsed.FromMilliseconds(2000), packet: 0);

        Assert.InRange(outcome.Queues[0].Interrupts, 20_000 * 0.98, 20_000 * 1.02);
        Assert.Equal(Tau, outcome.Flows[0].Latency.Longest);
    }

    [Fact]
    public void A_delay_ends_when_enough_frames_have_come()
    {
        var outcome = Run(new Moderation.Delay(Elapsed.FromMilliseconds(10), Frames: 8), new ArrivalPattern.Constant(100_000), Elapsed.FromMilliseconds(100), packet: 0);

        Assert.Equal(outcome.Arrived / 8, outcome.Queues[0].Interrupts);
        Assert.Equal(Elapsed.FromMicroseconds(70), outcome.Flows[0].Latency.Longest);
    }

    // gro_flush_timeout with napi_defer_hard_irqs: a timer polls, interrupts come only when it has found nothing so many times.
    [Fact]
    public void Deferred_interrupts_leave_polling_to_a_timer()
    {
        var host = Hosts.Formula(new ArrivalPattern.Constant(100_000), Spread.None, Spread.None);
        host = host with { Tunables = host.Tunables with { GroFlushTimeout = Elapsed.FromMicroseconds(100), DeferHardIrqs = 2 } };
        var outcome = Hosts.Run(host, Elapsed.FromMilliseconds(100));

        Assert.Equal(1, outcome.Queues[0].Interrupts);
        Assert.InRange(outcome.Queues[0].Polls, 990, 1010);
        Assert.InRange(outcome.Flows[0].Latency.Longest.Nanoseconds, 90_000, 100_000);
    }

    [Fact]
    public void An_idle_CPU_takes_its_exit_latency_to_answer()
    {
        var host = Hosts.Formula(new ArrivalPattern.Constant(1000), Spread.Microseconds(1), Spread.Microseconds(1)) with
        {
            Cpus = [new HostCpu { IdleStates = [new IdleState("C1", Elapsed.FromMicroseconds(2), Elapsed.Zero), new IdleState("C6", Elapsed.FromMicroseconds(133), Elapsed.FromMicroseconds(600))] }],
        };
        var outcome = Hosts.Run(host, Elapsed.FromMilliseconds(200));

        Assert.InRange(outcome.Flows[0].Latency.Quantile(0.5).Nanoseconds, 135_000, 138_000);
        // The faster packets come, the less deep it sleeps.
        var busier = Hosts.Run(host with { Arrivals = [new Arrivals { Pattern = new ArrivalPattern.Constant(5000) }] }, Elapsed.FromMilliseconds(200));
        Assert.InRange(busier.Flows[0].Latency.Quantile(0.5).Nanoseconds, 4_000, 4_100);
    }

    static Outcome Run(Moderation moderation, ArrivalPattern pattern, Elapsed length, long packet) => Hosts.Run(
        Hosts.Formula(pattern, Spread.Nanoseconds(packet), Spread.None) with { Queues = [new RxQueue { Moderation = moderation }] }, length);
}
