// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Simulation;
using Xunit;

namespace NetStall.Tests.Simulation;

/// <summary>The simulation against what queueing theory says. Tolerances are what so many packets allow.</summary>
public sealed class QueueingFormulaTests
{
    // While NAPI is scheduled it polls, so it is a FIFO server with a set-up D (interrupt and first softirq) per busy period:
    // E[Wq] = lam E[S^2] / 2(1-rho) + (2 E[D] + lam E[D^2]) / 2(1 + lam E[D]), interrupts per packet = (1-rho) / (1 + lam E[D]).
    [Theory]
    [InlineData(100_000, 1.889, 0.750, 0.02)]
    [InlineData(500_000, 2.000, 0.250, 0.02)]
    [InlineData(800_000, 3.385, 0.0769, 0.03)]
    [InlineData(900_000, 5.857, 0.0357, 0.06)]
    public void Napi_is_a_queue_with_a_set_up_for_each_busy_period(int rate, double wait, double interrupts, double tolerance)
    {
        var host = Hosts.Formula(new ArrivalPattern.Poisson(rate), Spread.Microseconds(1), Spread.Microseconds(2)) with { Queues = [new RxQueue { Ring = 4096 }] };
        var outcome = Hosts.Run(host, new Elapsed(400_000_000_000_000 / rate), isChecked: false);

        Assert.InRange(outcome.Delivered, 395_000, 405_000);
        AssertNear(wait, (outcome.Flows[0].Latency.MeanNanoseconds - 1000) / 1000, tolerance);
        AssertNear(interrupts, outcome.Queues[0].InterruptsPerPacket, tolerance);
    }

    [Fact]
    public void Without_a_set_up_it_is_M_D_1()
    {
        var outcome = Hosts.Run(Hosts.Formula(new ArrivalPattern.Poisson(500_000), Spread.Microseconds(1), Spread.None), Elapsed.FromMilliseconds(500));

        // rho / (2 mu (1 - rho))
        AssertNear(0.5, (outcome.Flows[0].Latency.MeanNanoseconds - 1000) / 1000, 0.02);
    }

    [Fact]
    public void Service_that_is_exponential_waits_twice_as_long()
    {
        var outcome = Hosts.Run(
            Hosts.Formula(new ArrivalPattern.Poisson(500_000), new Spread.Exponential(Elapsed.FromMicroseconds(1)), Spread.None), Elapsed.FromMilliseconds(700));

        AssertNear(1.0, (outcome.Flows[0].Latency.MeanNanoseconds - 1000) / 1000, 0.03);
    }

    static void AssertNear(double expected, double actual, double tolerance) => Assert.InRange(actual, expected * (1 - tolerance), expected * (1 + tolerance));
}
