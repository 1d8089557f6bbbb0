// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Simulation;
using Xunit;

namespace NetStall.Tests.Simulation;

/// <summary>Single mechanisms, seen in the events that they leave.</summary>
public sealed class ReceivePathTests
{
    // NAPI is scheduled from task context with bottom halves on. 4.19 sets a bit and wakes nobody; 6.1 wakes ksoftirqd.
    [Theory]
    [InlineData("4.19", 0)]
    [InlineData("6.1", 1)]
    public void A_raise_from_task_context_may_be_lost(string kernel, int wakes)
    {
        var host = new Host
        {
            Kernel = KernelProfiles.Find(kernel)!,
            Cpus = [new HostCpu()],
            Tunables = Hosts.NoTickSoftirqs,
            Tasks = [new HostTask { Name = "tun", Times = 1, Program = [new TaskStep.ScheduleNapi(RxQueue.DefaultName)] }],
            Interrupts = [new DeviceInterrupt { Name = "disk", Every = Spread.Milliseconds(50) }],
        };
        var log = new WaitLog();
        var outcome = new ReceivePath(host, 1, Elapsed.FromMilliseconds(100)) { Capture = new Capture(), IsChecked = true }.Run(log);

        Assert.Equal(wakes, outcome.Cpus[0].KsoftirqdWakes(KsoftirqdReason.TaskRaise));
        // Lost: until the next interrupt, whatever it is.
        Assert.InRange(Assert.Single(log.Waits).Milliseconds, wakes == 0 ? 49 : 0, wakes == 0 ? 50 : 0.1);
    }

    // The other CPU's backlog is told only when NET_RX ends here.
    [Fact]
    public void Steering_holds_its_interrupt_until_the_pass_ends()
    {
        var host = new Host
        {
            Kernel = KernelProfiles.Linux612,
            Costs = Costs.Free with { Packet = Spread.Microseconds(1), Steer = Spread.Microseconds(10), IpiTransit = Spread.Microseconds(1) },
            Queues = [new RxQueue { Rps = [1] }],
            Arrivals = [new Arrivals { Pattern = new ArrivalPattern.Replay([.. Enumerable.Repeat(Elapsed.FromMilliseconds(1), 40)]) }],
        };
        var log = new PacketLog();
        var outcome = new ReceivePath(host, 1, Elapsed.FromMilliseconds(5)) { Packets = log, IsChecked = true }.Run();

        // 40 are steered, 10 us each, then the IPI, then they are served one by one.
        Assert.Equal(402, log.Delivered[0].Latency.Nanoseconds / 1000);
        Assert.All(log.Delivered, d => Assert.Equal(1, d.Cpu.Value));
        Assert.Equal((1, 40, 0), (outcome.Cpus[1].ReceivedRps, outcome.Cpus[1].Processed, outcome.Cpus[0].Processed));
    }

    // A pod's packet goes through the backlog once more. Until 6.3 that raises NET_RX anew; from 6.4 on it joins the pass that runs.
    [Theory]
    [InlineData("6.1", 2)]
    [InlineData("6.12", 1)]
    public void A_hop_needs_another_pass_only_until_6_3(string kernel, int passes)
    {
        var host = Hosts.Formula(new ArrivalPattern.Constant(1000), Spread.Microseconds(1), Spread.Microseconds(1), KernelProfiles.Find(kernel)!);
        host = host with { Arrivals = [host.Arrivals[0] with { Hops = 1 }] };
        var outcome = Hosts.Run(host, Elapsed.FromMilliseconds(100));

        Assert.Equal(outcome.Delivered * passes, outcome.Cpus[0].Softirqs(SoftirqVector.NetRx));
        Assert.Equal(outcome.Delivered * 2, outcome.Cpus[0].Processed);
    }

    [Fact]
    public void Ten_passes_hand_over_to_ksoftirqd()
    {
        var host = Hosts.Formula(new ArrivalPattern.Constant(2_000_000), Spread.Microseconds(1), Spread.None, KernelProfiles.Linux612);
        var outcome = Hosts.Run(host, Elapsed.FromMilliseconds(20));

        // 10 passes of 64 packets of 1 us, with the tick stopped, so that time does not count.
        Assert.Equal((1, 0, 0), (outcome.Cpus[0].KsoftirqdWakes(KsoftirqdReason.Passes), outcome.Cpus[0].KsoftirqdWakes(KsoftirqdReason.Time), outcome.Cpus[0].KsoftirqdWakes(KsoftirqdReason.NeedResched)));
        Assert.InRange(outcome.Cpus[0].Of(CpuTime.Softirq).Nanoseconds, 640_000, 641_000);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Threaded_interrupts_leave_the_hard_ones_next_to_nothing_to_do(bool realtime)
    {
        var host = new Host
        {
            Kernel = KernelProfiles.Linux612,
            Cpus = [new HostCpu()],
            Preemption = realtime ? PreemptionModel.Realtime : null,
            Tunables = new Tunables { ThreadIrqs = !realtime },
            Arrivals = [new Arrivals { Pattern = new ArrivalPattern.Poisson(5000) }],
            Tasks = [new HostTask { Name = "busy", Program = [new TaskStep.Compute(Spread.Milliseconds(2))] }],
        };
        var log = new PacketLog();
        new ReceivePath(host, 1, Elapsed.FromMilliseconds(500)) { Packets = log, IsChecked = true }.Run();

        // irq/24-eth0 has priority 50, so nobody ordinary holds it up.
        Assert.All(log.Delivered, d => Assert.InRange(d.OnCpuOf.Value, 10, 250));
        Assert.True(log.Delivered.Max(d => d.Latency) < Elapsed.FromMilliseconds(1));
    }

    // PREEMPT_RT: bottom halves off is a lock. Whoever wants it waits for its owner, who runs with the waiter's priority meanwhile.
    [Fact]
    public void On_a_realtime_kernel_a_task_with_bottom_halves_off_holds_up_packets_but_not_other_tasks()
    {
        var host = new Host
        {
            Kernel = KernelProfiles.Linux612,
            Preemption = PreemptionModel.Realtime,
            Cpus = [new HostCpu()],
            Arrivals = [new Arrivals { Pattern = new ArrivalPattern.Constant(1000) }],
            Tasks =
            [
                new HostTask { Name = "holder", Tid = 7000, Times = 1, Starts = Elapsed.FromMilliseconds(10), Program = [new TaskStep.Call { Syscall = "bpf", Length = Spread.Milliseconds(20), Holds = Holding.BottomHalves }] },
                new HostTask { Name = "audio", Tid = 7001, Realtime = 90, Program = [new TaskStep.Compute(Spread.Microseconds(100)), new TaskStep.Sleep(Spread.Milliseconds(1))] },
            ],
        };
        var (packets, times) = (new PacketLog(), new TimeLog());
        new ReceivePath(host, 1, Elapsed.FromMilliseconds(60)) { Packets = packets, Times = times, IsChecked = true }.Run();

        Assert.InRange(packets.Delivered.Max(d => d.Latency).Milliseconds, 20, 24);
        Assert.True(times.LongestOf(7000) < Elapsed.FromMilliseconds(3).Nanoseconds);
        Assert.InRange(times.Of(7001) / 1e6, 4.5, 6);
    }

    [Fact]
    public void A_sampler_by_timer_sees_every_call_of_its_length_in_periods_and_none_with_interrupts_off()
    {
        var (free, off) = (SamplesIn(Holding.Nothing), SamplesIn(Holding.Interrupts));

        // 7.3 ms at 1000 Hz: seven or eight, 7.3 on average.
        Assert.All(free, n => Assert.InRange(n, 7, 8));
        Assert.InRange(free.Average(), 7.25, 7.35);
        // The late one, at the instruction that lets interrupts in.
        Assert.All(off, n => Assert.Equal(1, n));
    }

    [Fact]
    public void A_sampler_by_NMI_sees_interrupts_off() => Assert.InRange(SamplesIn(Holding.Interrupts, byNmi: true).Average(), 7.2, 7.4);

    [Fact]
    public void What_a_capture_loses_it_tells()
    {
        var host = new Host { Arrivals = [new Arrivals { Pattern = new ArrivalPattern.Poisson(10_000) }] };
        var (whole, lossy) = (new WaitLog(), new WaitLog());
        new ReceivePath(host, 1, Elapsed.FromMilliseconds(500)) { Capture = new Capture() }.Run(whole);
        var path = new ReceivePath(host, 1, Elapsed.FromMilliseconds(500)) { Capture = new Capture { LossEvery = Elapsed.FromMilliseconds(40), LossLength = Elapsed.FromMilliseconds(5) } };
        path.Run(lossy);

        long told = lossy.Events.Where(e => e.Kind == EventKind.Lost).Sum(e => e.LostRecords);
        Assert.True(told > 1000);
        Assert.Equal(whole.Events.Count, lossy.Events.Count(e => e.Kind != EventKind.Lost) + told);
        Assert.Equal(told, path.Recording.LostRecords);
    }

    [Theory]
    [InlineData("there is no system call `telepathy`", "telepathy", 0, null)]
    [InlineData("CPU 3, and the host has 2", "read", 3, null)]
    [InlineData("names the queue `eth9`", "read", 0, "eth9")]
    public void A_scenario_that_does_not_hold_together_says_where(string message, string syscall, int cpu, string? queue)
    {
        TaskStep step = queue is null ? new TaskStep.Call { Syscall = syscall, Length = Spread.None } : new TaskStep.ScheduleNapi(queue);
        var host = new Host { Tasks = [new HostTask { Name = "task", Cpu = cpu, Program = [step] }] };

        Assert.Contains(message, Assert.Throws<ArgumentException>(() => Hosts.Run(host, Elapsed.FromMilliseconds(1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_that_takes_no_time_is_refused_and_does_not_hang()
    {
        var host = new Host { Costs = Costs.Free, Tasks = [new HostTask { Name = "nothing", Program = [new TaskStep.Compute(Spread.None)] }] };

        Assert.Contains("nothing", Assert.Throws<InvalidOperationException>(() => Hosts.Run(host, Elapsed.FromMilliseconds(1), isChecked: false)).Message, StringComparison.Ordinal);
    }

    static List<int> SamplesIn(Holding holds, bool byNmi = false)
    {
        var host = new Host
        {
            Cpus = [new HostCpu()],
            Costs = Costs.Free,
            Tunables = Hosts.NoTickSoftirqs,
            Tasks =
            [
                new HostTask
                {
                    Name = "caller",
                    Program = [new TaskStep.Call { Syscall = "read", Length = Spread.Microseconds(7300), Holds = holds, Functions = ["work"] }, new TaskStep.Compute(new Spread.Uniform(Elapsed.FromMicroseconds(500), Elapsed.FromMicroseconds(3500)))],
                },
            ],
        };
        var log = new WaitLog();
        new ReceivePath(host, 1, Elapsed.FromSeconds(4)) { Capture = new Capture { Tracepoints = false, Syscalls = true, SampleRate = 1000, SamplesByNmi = byNmi } }.Run(log);
        var counts = new List<int>();
        foreach (var e in log.Events)
        {
            if (e.Kind == EventKind.SyscallEnter)
                counts.Add(0);
            else if (e.Kind == EventKind.Sample && e.InKernel && counts.Count > 0)
                counts[^1]++;
        }
        return counts[..^1];
    }
}
