// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Simulation;
using Xunit;

namespace NetStall.Tests.Simulation;

/// <summary>What is left of a CPU to which more packets come than it can take.</summary>
public sealed class OverloadFormulaTests
{
    // One interrupt a packet, mean 1/r; protocol work 1/mu below it. Packets that come during an interrupt join it: mu r / (lam + r).
    [Theory]
    [InlineData(1_000_000, 500_000)]
    [InlineData(2_000_000, 333_333)]
    [InlineData(4_000_000, 200_000)]
    public void Without_Napi_throughput_falls_beyond_the_cliff(int rate, double expected)
    {
        var outcome = Hosts.Run(Without(rate, dma: true), Elapsed.FromMilliseconds(100));

        Assert.InRange(outcome.Throughput, expected * 0.98, expected * 1.02);
    }

    // The processor copies each packet itself: mu (1 - lam / r), and nothing at all from lam = r on.
    [Theory]
    [InlineData(250_000, 250_000)]
    [InlineData(600_000, 400_000)]
    [InlineData(800_000, 200_000)]
    [InlineData(1_500_000, 0)]
    public void Without_Napi_and_DMA_it_falls_to_nothing(int rate, double expected)
    {
        var outcome = Hosts.Run(Without(rate, dma: false), Elapsed.FromMilliseconds(100));

        Assert.InRange(outcome.Throughput, expected * 0.97 - 5_000, expected * 1.03 + 5_000);
    }

    // 1 / (c_packet + c_poll / 64 + c_pass / 320), and one squeeze for each 320 packets, where five NAPIs share a CPU.
    [Theory]
    [InlineData("4.9")]
    [InlineData("4.19")]
    [InlineData("6.1")]
    [InlineData("6.12")]
    public void With_five_busy_NAPIs_throughput_stays_flat_and_every_pass_is_squeezed(string kernel)
    {
        var outcome = Hosts.Run(Overloaded(kernel, 5), Elapsed.FromMilliseconds(200));

        Assert.InRange(outcome.Throughput, 960_000, 963_000); // 1 / (1 + 2/64 + 3/320) us = 960,961
        Assert.InRange(outcome.Cpus[0].TimeSqueeze, 598, 640); // 200 ms of it / 320 = 601; some passes end on a tick
        Assert.True(outcome.Queues[0].Interrupts < 5);
    }

    // A NAPI that has used up its weight is polled again by the next pass, not by this one (net_rx_action's `repoll` list): alone it never squeezes.
    [Theory]
    [InlineData("4.9")]
    [InlineData("6.12")]
    public void One_busy_NAPI_has_passes_of_64_and_is_never_squeezed(string kernel)
    {
        var outcome = Hosts.Run(Overloaded(kernel, 1), Elapsed.FromMilliseconds(200));

        Assert.InRange(outcome.Throughput, 927_000, 929_000); // 1 / (1 + 2/64 + 3/64) us = 927,536
        Assert.Equal(0, outcome.Cpus[0].TimeSqueeze);
    }

    static Host Overloaded(string kernel, int queues)
    {
        var host = Hosts.Formula(new ArrivalPattern.Poisson(4_000_000), Spread.Microseconds(1), Spread.Microseconds(1), KernelProfiles.Find(kernel)!);
        return host with
        {
            Costs = host.Costs with { Poll = Spread.Microseconds(2), Softirq = Spread.Microseconds(3) },
            Queues = [.. Enumerable.Range(0, queues).Select(i => new RxQueue { Name = $"rx-{i}" })],
            Arrivals = [.. Enumerable.Range(0, queues).Select(i => new Arrivals { Queue = $"rx-{i}", Pattern = new ArrivalPattern.Poisson(4_000_000.0 / queues) })],
        };
    }

    // Backlog min(R, lam T); lost lam T - R; drained in B / (mu - lam).
    [Fact]
    public void A_stall_fills_the_ring_then_drops_then_drains()
    {
        var host = Hosts.Formula(new ArrivalPattern.Constant(100_000), Spread.Microseconds(1), Spread.None) with
        {
            Tasks = [new HostTask { Name = "culprit", Times = 1, Starts = Elapsed.FromMilliseconds(5), Program = [InterruptsOff(20)] }],
        };
        var log = new PacketLog();
        new ReceivePath(host, 1, Elapsed.FromMilliseconds(50)) { Packets = log, IsChecked = true }.Run();

        // 511 descriptors, of which up to 15 had not been given back.
        Assert.InRange(log.Dropped.Count, 1489, 1504);
        Assert.All(log.Dropped, d => Assert.Equal(DropReason.RxMissed, d.Reason));
        // The first packet of the stall waits all of it, the k-th k times 10 us less.
        var stalled = log.Delivered.FindAll(d => d.At >= Elapsed.FromMilliseconds(25) && d.Latency > Elapsed.FromMicroseconds(3));
        Assert.Equal(20.0, stalled[0].Latency.Milliseconds, 0.02);
        Assert.Equal(20.0 - 100 * 0.010 + 100 * 0.001, stalled[100].Latency.Milliseconds, 0.02);
        Assert.Equal(0.569, (stalled[^1].At - Elapsed.FromMilliseconds(25)).Milliseconds, 0.02);
    }

    // Little: a full ring is served in R / mu. What came while it was full is gone, even where nobody looked before there was room again.
    [Theory]
    [InlineData(256)]
    [InlineData(1024)]
    public void In_overload_every_packet_waits_for_the_whole_ring(int ring)
    {
        var host = Hosts.Formula(new ArrivalPattern.Constant(4_000_000), Spread.Microseconds(1), Spread.None) with { Queues = [new RxQueue { Ring = ring }] };
        var latency = Hosts.Run(host, Elapsed.FromMilliseconds(50)).Flows[0].Latency;

        Assert.InRange(latency.Quantile(0.5).Nanoseconds / 1000, ring - 20, ring * 65 / 64);
        Assert.InRange(latency.Longest.Nanoseconds / 1000, ring - 20, ring + 1);
    }

    [Fact]
    public void A_ring_that_holds_the_whole_stall_drops_nothing()
    {
        var host = Hosts.Formula(new ArrivalPattern.Constant(100_000), Spread.Microseconds(1), Spread.None) with
        {
            Queues = [new RxQueue { Ring = 2048 }],
            Tasks = [new HostTask { Name = "culprit", Times = 1, Starts = Elapsed.FromMilliseconds(5), Program = [InterruptsOff(20)] }],
        };

        Assert.Equal(0, Hosts.Run(host, Elapsed.FromMilliseconds(50)).Dropped(DropReason.RxMissed));
    }

    [Fact]
    public void A_socket_that_nobody_reads_keeps_257_packets()
    {
        var host = Hosts.Formula(new ArrivalPattern.Constant(100_000), Spread.Microseconds(1), Spread.None) with
        {
            Receivers = [new Receiver { Name = "socket" }],
            Arrivals = [new Arrivals { Pattern = new ArrivalPattern.Constant(100_000), To = "socket" }],
        };
        var outcome = Hosts.Run(host, Elapsed.FromMilliseconds(10));

        Assert.Equal((257, 743), (outcome.Delivered, outcome.Dropped(DropReason.ReceiveBuffer)));
    }

    [Fact]
    public void A_backlog_that_is_not_served_keeps_1001_packets()
    {
        // CPU 1 has interrupts off: what CPU 0 steers to it stays in its backlog.
        var host = Hosts.Formula(new ArrivalPattern.Constant(100_000), Spread.Microseconds(1), Spread.None) with
        {
            Cpus = [new HostCpu(), new HostCpu()],
            Queues = [new RxQueue { Rps = [1] }],
            Tasks = [new HostTask { Name = "culprit", Cpu = 1, Times = 1, Program = [InterruptsOff(100)] }],
        };
        var outcome = Hosts.Run(host, Elapsed.FromMilliseconds(20));

        Assert.Equal(1001, outcome.Queued);
        Assert.Equal(outcome.Arrived - 1001, outcome.Dropped(DropReason.Backlog));
        Assert.Equal(outcome.Dropped(DropReason.Backlog), outcome.Cpus[1].Dropped);
    }

    [Fact]
    public void A_flow_limit_leaves_half_of_the_backlog_to_others()
    {
        var host = Hosts.Formula(new ArrivalPattern.Constant(100_000), Spread.Microseconds(1), Spread.None) with
        {
            Cpus = [new HostCpu(), new HostCpu()],
            Tunables = Hosts.NoTickSoftirqs with { FlowLimit = true },
            Queues = [new RxQueue { Rps = [1] }],
            Arrivals =
            [
                new Arrivals { Name = "elephant", Pattern = new ArrivalPattern.Constant(100_000) },
                new Arrivals { Name = "mouse", Pattern = new ArrivalPattern.Constant(10_000) },
            ],
            Tasks = [new HostTask { Name = "culprit", Cpu = 1, Times = 1, Program = [InterruptsOff(100)] }],
        };
        var outcome = Hosts.Run(host, Elapsed.FromMilliseconds(20));

        Assert.True(outcome.Flows[0].Dropped(DropReason.FlowLimit) > 1000);
        Assert.Equal(0, outcome.Flows[1].Dropped(DropReason.FlowLimit));
        Assert.Equal(0, outcome.Flows[1].Dropped(DropReason.Backlog));
    }

    [Fact]
    public void A_driver_without_memory_for_its_ring_drops_with_an_idle_CPU()
    {
        var host = Hosts.Formula(new ArrivalPattern.Constant(100_000), Spread.Microseconds(1), Spread.None) with
        {
            Queues = [new RxQueue { RefillFails = [new Outage(Elapsed.FromMilliseconds(10), Elapsed.FromMilliseconds(20))] }],
        };
        var outcome = Hosts.Run(host, Elapsed.FromMilliseconds(50));

        // 2000 come in the outage, 511 have a descriptor.
        Assert.InRange(outcome.Dropped(DropReason.RxMissed), 1470, 1510);
        Assert.InRange(outcome.Cpus[0].Of(CpuTime.Idle).Milliseconds, 45, 50);
    }

    static Host Without(int rate, bool dma) =>
        Hosts.Formula(new ArrivalPattern.Poisson(rate), Spread.Microseconds(1), Spread.Microseconds(1), KernelProfiles.PreNapi) with { Queues = [new RxQueue { Dma = dma }] };

    static TaskStep InterruptsOff(long milliseconds) =>
        new TaskStep.Call { Syscall = "ioctl", Length = Spread.Milliseconds(milliseconds), Holds = Holding.Interrupts };
}
