// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Simulation;
using Xunit;

namespace NetStall.Tests.Simulation;

/// <summary>How long NET_RX waits behind a system call, with ksoftirqd's gate and without.</summary>
public sealed class StallFormulaTests
{
    // need_resched at age u of a call of length L, packets at rate lam, each of which arms the trap:
    // P(stall) = 1 - exp(-lam X), E[stall] = X - (1 - exp(-lam X)) / lam with X = L - u.
    [Fact]
    public void With_the_gate_a_stall_lasts_from_the_first_packet_to_the_end_of_the_call()
    {
        const int Calls = 250;
        var log = new WaitLog();
        new ReceivePath(Caller(KernelProfiles.Linux61, Elapsed.FromMilliseconds(20), Elapsed.FromMilliseconds(5), 100), 3, Elapsed.FromMilliseconds(40 * Calls)) { Capture = new Capture(), IsChecked = true }.Run(log);

        var stalls = log.Waits.FindAll(w => w > Elapsed.FromMicroseconds(50));
        Assert.InRange(stalls.Count / (double)Calls, 0.777 - 0.06, 0.777 + 0.06);
        Assert.InRange(stalls.Sum(w => w.Milliseconds) / Calls, 7.231 * 0.9, 7.231 * 1.1);
        Assert.True(stalls.Max() <= Elapsed.FromMilliseconds(15));
    }

    // The same load, nothing else changed but the kernel: a hop inside NET_RX does not raise it once more, and any interrupt would serve.
    [Fact]
    public void Without_the_gate_the_same_load_does_not_stall()
    {
        var log = new WaitLog();
        new ReceivePath(Caller(KernelProfiles.Linux612, Elapsed.FromMilliseconds(20), Elapsed.FromMilliseconds(5), 100), 3, Elapsed.FromSeconds(4)) { Capture = new Capture(), IsChecked = true }.Run(log);

        Assert.True(log.Waits.Count > 300);
        Assert.True(log.Waits.Max() < Elapsed.FromMicroseconds(20));
    }

    // Raised while another softirq runs, with need_resched set: left to ksoftirqd, which does not get the CPU. The next tick's exit serves: U(0, 4 ms).
    [Fact]
    public void Without_the_gate_what_was_left_to_ksoftirqd_waits_for_the_next_tick_at_most()
    {
        var log = new WaitLog();
        new ReceivePath(LeftBehind(KernelProfiles.Linux612, callMilliseconds: 10_000), 1, Elapsed.FromSeconds(4)) { Capture = new Capture(), IsChecked = true }.Run(log);

        var waits = log.Waits.FindAll(w => w > Elapsed.FromMicroseconds(1));
        Assert.InRange(waits.Count, 480, 560);
        Assert.InRange(waits.Average(w => w.Milliseconds), 1.9, 2.1);
        Assert.InRange(waits.Max().Milliseconds, 3.8, 4.0);
    }

    [Fact]
    public void With_the_gate_it_waits_for_the_end_of_the_call()
    {
        var log = new WaitLog();
        new ReceivePath(LeftBehind(KernelProfiles.Linux61), 1, Elapsed.FromSeconds(4)) { Capture = new Capture(), IsChecked = true }.Run(log);

        Assert.True(log.Waits.Max() > Elapsed.FromMilliseconds(100));
    }

    // HI and TASKLET let everything run, gate or not (since about 4.16).
    [Theory]
    [InlineData("4.9", 100, 400)]
    [InlineData("6.1", 3, 11)]
    public void A_tasklet_opens_the_gate_of_later_kernels(string kernel, double shortest, double longest)
    {
        var log = new WaitLog();
        var host = LeftBehind(KernelProfiles.Find(kernel)!);
        host = host with
        {
            Interrupts = [.. host.Interrupts, new DeviceInterrupt { Name = "nvme0q1", Every = Spread.Milliseconds(10), Length = Spread.None, Raises = SoftirqVector.Tasklet, SoftirqLength = Spread.None }],
        };
        new ReceivePath(host, 1, Elapsed.FromSeconds(1)) { Capture = new Capture(), IsChecked = true }.Run(log);

        Assert.InRange(log.Waits.Max().Milliseconds, shortest, longest);
    }

    // While a call runs on, only ticks serve, and each serves one pass, since need_resched ends it: one poll of each NAPI, five at most.
    [Theory]
    [InlineData(1, 64)]
    [InlineData(3, 192)]
    [InlineData(7, 320)]
    public void Inside_a_call_without_the_gate_each_tick_serves_one_pass(int napis, int packets)
    {
        var host = Caller(KernelProfiles.Linux612, Elapsed.FromSeconds(3), Elapsed.FromMilliseconds(100), 1_000_000);
        host = host with
        {
            Queues = [.. Enumerable.Range(0, napis).Select(i => new RxQueue { Name = $"rx-{i}" })],
            Arrivals = [.. Enumerable.Range(0, napis).Select(i => new Arrivals { Queue = $"rx-{i}", Pattern = new ArrivalPattern.Constant(1_000_000 / napis), From = Elapsed.FromMilliseconds(150) })],
        };
        var log = new PacketLog();
        new ReceivePath(host, 1, Elapsed.FromMilliseconds(610)) { Packets = log }.Run();

        int inTicks = log.Delivered.Count(d => d.At > Elapsed.FromMilliseconds(202) && d.At <= Elapsed.FromMilliseconds(602));
        Assert.Equal(packets * 100, inTicks);
    }

    /// <summary>A call of that length every 40 ms; a real-time task is due at that age of it, and may not run before its end.</summary>
    static Host Caller(KernelProfile kernel, Elapsed length, Elapsed reschedAt, double packets) => new()
    {
        Kernel = kernel,
        Preemption = PreemptionModel.None,
        Cpus = [new HostCpu()],
        Costs = Costs.Free with { Packet = Spread.Microseconds(1) },
        Tunables = Hosts.NoTickSoftirqs,
        Arrivals = [new Arrivals { Pattern = new ArrivalPattern.Poisson(packets), Hops = packets < 1000 ? 1 : 0 }],
        Tasks =
        [
            new HostTask
            {
                Name = "culprit",
                Starts = Elapsed.FromMilliseconds(2),
                Program = [new TaskStep.Call { Syscall = "setgroups", Length = new Spread.Fixed(length) }, new TaskStep.Sleep(new Spread.Fixed(Elapsed.FromMilliseconds(40) - (length > Elapsed.FromMilliseconds(40) ? Elapsed.Zero : length)))],
            },
            new HostTask
            {
                Name = "migration/0",
                Realtime = 99,
                Starts = Elapsed.FromMilliseconds(2) + reschedAt,
                Program = [new TaskStep.Compute(Spread.Nanoseconds(1)), new TaskStep.Sleep(new Spread.Fixed(Elapsed.FromMilliseconds(40) - (length > Elapsed.FromMilliseconds(40) ? Elapsed.Zero : length - reschedAt) - new Elapsed(1)))],
            },
        ],
    };

    /// <summary>A call that goes on and on with need_resched set; packets come while a timer's softirq runs, every 7.3 ms, so at any age of the tick.</summary>
    static Host LeftBehind(KernelProfile kernel, long callMilliseconds = 400) => new()
    {
        Kernel = kernel,
        Cpus = [new HostCpu()],
        Costs = Costs.Free with { Packet = Spread.Microseconds(1) },
        Tunables = Hosts.NoTickSoftirqs,
        Arrivals = [new Arrivals { Pattern = new ArrivalPattern.Replay([.. Enumerable.Range(1, 540).Select(i => Elapsed.FromMicroseconds(7300 * i + 20))]) }],
        Interrupts = [new DeviceInterrupt { Name = "timer", Every = Spread.Microseconds(7300), Length = Spread.None, Raises = SoftirqVector.Timer, SoftirqLength = Spread.Microseconds(40) }],
        Tasks =
        [
            new HostTask { Name = "culprit", Program = [new TaskStep.Call { Syscall = "setgroups", Length = Spread.Milliseconds(callMilliseconds) }] },
            new HostTask { Name = "busy", Program = [new TaskStep.Compute(Spread.Milliseconds(10))] },
        ],
    };
}
