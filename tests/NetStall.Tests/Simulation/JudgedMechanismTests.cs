// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Simulation;
using NetStall.Verdicts;
using Xunit;

namespace NetStall.Tests.Simulation;

/// <summary>From a mechanism in the model to its name in the report: the judge sees only what a capture would hold.</summary>
public sealed class JudgedMechanismTests
{
    static readonly TaskStep LongCall = new TaskStep.Call { Syscall = "setgroups", Length = Spread.Milliseconds(100), Functions = ["groups_sort", "sort"] };
    static readonly TaskStep Rest = new TaskStep.Sleep(new Spread.LogNormal(Elapsed.FromMilliseconds(150), 0.3));
    static readonly HostTask Busy = new() { Name = "busy", Program = [new TaskStep.Compute(Spread.Milliseconds(5))] };

    static Host Node(KernelProfile kernel, params IReadOnlyList<HostTask> tasks) => new()
    {
        Kernel = kernel,
        Arrivals = [new Arrivals { Pattern = new ArrivalPattern.Poisson(200), Hops = 1 }],
        Tasks = tasks,
    };

    static HostTask Culprit(params IReadOnlyList<TaskStep> program) => new() { Name = "metrics-agent", Program = [.. program, Rest] };

    [Theory]
    [InlineData("4.9")]
    [InlineData("4.19")]
    [InlineData("6.1")]
    public void A_long_call_under_the_gate_is_blamed(string kernel)
    {
        var report = Judging.Of(Node(KernelProfiles.Find(kernel)!, Culprit(LongCall), Busy), Elapsed.FromSeconds(3), Judging.Everything);

        Assert.Equal("syscall-blocks-ksoftirqd by metrics-agent in setgroups, High: " + report.Stalls.Count, Judging.Kinds(report));
        Assert.True(report.Stalls.Count >= 5);
        Assert.All(report.Stalls, s => Assert.Equal("groups_sort", s.Culprit!.Function));
        Assert.Equal(GateVerdict.Present, report.Gate);
    }

    [Fact]
    public void The_same_call_without_the_gate_is_no_stall()
    {
        var report = Judging.Of(Node(KernelProfiles.Linux612, Culprit(LongCall), Busy), Elapsed.FromSeconds(3), Judging.Everything);

        Assert.Empty(report.Stalls);
        Assert.True(report.Coverage.WorstWait < Elapsed.FromMilliseconds(5));
        Assert.True(report.CanAcquit);
    }

    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    public void Interrupts_off_are_blamed(string kernel)
    {
        var call = new TaskStep.Call { Syscall = "ioctl", Length = Spread.Milliseconds(40), Holds = Holding.Interrupts, Functions = ["nvidia_ioctl", "os_acquire_spinlock"] };
        var report = Judging.Of(Node(KernelProfiles.Find(kernel)!, Culprit(call), Busy), Elapsed.FromSeconds(3), Judging.Everything);

        Assert.Equal("interrupts-off by metrics-agent in ioctl, High: " + report.Stalls.Count, Judging.Kinds(report));
        Assert.True(report.Stalls.Count >= 5);
    }

    [Theory]
    [InlineData("4.19")]
    [InlineData("6.1")]
    [InlineData("6.12")]
    public void Bottom_halves_off_are_blamed(string kernel)
    {
        var call = new TaskStep.Call { Syscall = "bpf", Length = Spread.Milliseconds(40), Holds = Holding.BottomHalves, Functions = ["bpf_prog_test_run_skb", "bpf_test_run"] };
        var report = Judging.Of(Node(KernelProfiles.Find(kernel)!, Culprit(call), Busy), Elapsed.FromSeconds(3));

        Assert.All(report.Stalls, s => Assert.Equal((Mechanism.BottomHalvesOff, "metrics-agent", "bpf"), (s.Mechanism, s.Culprit?.Comm, s.Culprit?.Syscall)));
        Assert.True(report.Stalls.Count >= 5);
    }

    [Fact]
    public void A_real_time_task_that_starves_ksoftirqd_is_blamed()
    {
        // It wakes while softirqs hand over, and then keeps the CPU.
        var host = Node(KernelProfiles.Linux61, new HostTask { Name = "audio", Realtime = 50, Program = [new TaskStep.Compute(Spread.Milliseconds(60)), Rest] }, Culprit(LongCall));
        var report = Judging.Of(host, Elapsed.FromSeconds(4), Judging.Everything);

        Assert.Contains(report.Stalls, s => s is { Mechanism: Mechanism.RealtimeStarvation, Culprit.Comm: "audio" });
    }

    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    public void A_napi_thread_that_waits_behind_a_call_is_seen(string kernel)
    {
        var host = Node(KernelProfiles.Find(kernel)!, Culprit(LongCall), Busy) with { Queues = [new RxQueue { Threaded = true }] };
        host = host with { Arrivals = [host.Arrivals[0] with { Hops = 0 }] };
        var report = Judging.Of(host, Elapsed.FromSeconds(3), Judging.Everything);

        Assert.Contains(report.Stalls, s => s is { Mechanism: Mechanism.NapiThreadStarved, Culprit: { Comm: "metrics-agent", Syscall: "setgroups" } });
        Assert.All(report.Stalls, s => Assert.Equal(Mechanism.NapiThreadStarved, s.Mechanism));
    }

    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    public void A_softirq_that_does_not_end_is_blamed_and_no_task(string kernel)
    {
        var host = Node(KernelProfiles.Find(kernel)!, Busy) with
        {
            Interrupts =
            [
                new DeviceInterrupt
                {
                    Name = "timer", IsTimer = true, Every = Spread.Milliseconds(200), Raises = SoftirqVector.Timer,
                    SoftirqLength = Spread.Milliseconds(30), SoftirqFunctions = ["call_timer_fn", "neigh_periodic_work"],
                },
            ],
        };
        var report = Judging.Of(host, Elapsed.FromSeconds(3), Judging.Everything);

        Assert.Equal("softirq-hog by call_timer_fn, High: " + report.Stalls.Count, Judging.Kinds(report));
        Assert.True(report.Stalls.Count >= 5);
    }

    [Fact]
    public void A_steal_that_was_counted_is_told()
    {
        var host = Node(KernelProfiles.Linux612, Busy) with { Holds = [new CpuHold { Cpu = 0, Every = Spread.Milliseconds(300), Length = Spread.Milliseconds(60) }] };
        var report = Judging.Of(host, Elapsed.FromSeconds(3), Judging.SamplesAndTracepoints with { Steal = true });

        Assert.True(report.Stalls.Count >= 5);
        Assert.All(report.Stalls, s => Assert.True(s.Mechanism is Mechanism.VcpuSteal or Mechanism.Unknown && s.Culprit is null));
        Assert.Contains(report.Stalls, s => s.Mechanism == Mechanism.VcpuSteal);
    }

    [Fact]
    public void Busy_neighbours_outcompete_ksoftirqd()
    {
        var host = Node(KernelProfiles.Linux61, [.. Enumerable.Range(0, 6).Select(i => new HostTask { Name = $"worker-{i}", Program = [new TaskStep.Compute(Spread.Milliseconds(5))] })]);
        host = host with { Arrivals = [new Arrivals { Pattern = new ArrivalPattern.Poisson(3_000_000) }], Queues = [new RxQueue { Ring = 1024 }] };
        var report = Judging.Of(host, Elapsed.FromMilliseconds(400));

        Assert.NotEmpty(report.Stalls);
        Assert.All(report.Stalls, s => Assert.Equal(Mechanism.KsoftirqdOutcompeted, s.Mechanism));
    }

    [Fact]
    public void A_storm_of_interrupts_is_told()
    {
        var host = Node(KernelProfiles.Linux612, Busy) with
        {
            Interrupts =
            [
                new DeviceInterrupt { Name = "nvme0q1", Every = Spread.Microseconds(30), Length = Spread.Microseconds(31), From = Elapsed.FromMilliseconds(500), Until = Elapsed.FromMilliseconds(560) },
            ],
        };
        var report = Judging.Of(host, Elapsed.FromSeconds(1), Judging.Everything);

        Assert.NotEmpty(report.Stalls);
        Assert.All(report.Stalls, s => Assert.Equal(Mechanism.HardirqStorm, s.Mechanism));
    }

    // The article's own evidence: nothing but stacks.
    [Fact]
    public void Samples_alone_show_the_call_that_kept_ksoftirqd_waiting()
    {
        var host = Node(KernelProfiles.Linux61, Culprit(LongCall), Busy);
        host = host with { Arrivals = [new Arrivals { Pattern = new ArrivalPattern.Poisson(30_000), Hops = 1 }], Queues = [new RxQueue { Ring = 4096 }] };
        var report = Judging.Of(host, Elapsed.FromSeconds(3), new Capture { Tracepoints = false, SampleRate = 999 });

        Assert.True(report.Stalls.Count >= 4);
        Assert.All(report.Stalls, s => Assert.Equal((Mechanism.SyscallBlocksKsoftirqd, "metrics-agent", "setgroups"), (s.Mechanism, s.Culprit?.Comm, s.Culprit?.Syscall)));
        Assert.False(report.CanAcquit);
    }

    // What is lost may leave a stall without a name. It never gives it another one's.
    [Fact]
    public void Losses_name_no_innocent()
    {
        var capture = Judging.Everything with { LossEvery = Elapsed.FromMilliseconds(60), LossLength = Elapsed.FromMilliseconds(8) };
        var report = Judging.Of(Node(KernelProfiles.Linux61, Culprit(LongCall), Busy), Elapsed.FromSeconds(4), capture);

        Assert.NotEmpty(report.Stalls);
        Assert.All(report.Stalls, s => Assert.True(s.Culprit is null || s.Culprit.Comm == "metrics-agent"));
    }

    [Fact]
    public void A_quiet_host_is_acquitted()
    {
        var report = Judging.Of(Node(KernelProfiles.Linux61, Culprit(new TaskStep.Compute(Spread.Milliseconds(3)))), Elapsed.FromSeconds(3), Judging.Everything);

        Assert.Empty(report.Stalls);
        Assert.True(report.CanAcquit);
    }
}
