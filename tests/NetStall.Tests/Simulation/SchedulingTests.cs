// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Simulation;
using Xunit;

namespace NetStall.Tests.Simulation;

/// <summary>Who gets the CPU, and when a task in the kernel gives it away.</summary>
public sealed class SchedulingTests
{
    // Overload under the gate: all of NET_RX is ksoftirqd's, which is one among n + 1 of nice 0.
    [Theory]
    [InlineData("6.1", 1)]
    [InlineData("6.1", 3)]
    [InlineData("4.19", 7)]
    public void Under_the_gate_ksoftirqd_gets_a_fair_share(string kernel, int busy)
    {
        var outcome = Hosts.Run(Overload(KernelProfiles.Find(kernel)!, Enumerable.Range(0, busy).Select(i => Loop($"busy-{i}"))), Elapsed.FromMilliseconds(1500), isChecked: false);

        Assert.Equal(1.0 / (busy + 1), Share(outcome, CpuTime.Ksoftirqd), 0.03);
    }

    // It competes in the root with whole groups: kubepods with 40 CPUs' worth of shares leaves it 1024 / (1024 + 40960).
    [Fact]
    public void A_heavy_group_leaves_ksoftirqd_next_to_nothing()
    {
        var host = Overload(KernelProfiles.Linux61, [Loop("pod") with { Group = "pod" }]) with { Groups = [new TaskGroup("kubepods", 40_960), new TaskGroup("pod", 1024, "kubepods")] };
        var outcome = Hosts.Run(host, Elapsed.FromSeconds(4), isChecked: false);

        Assert.InRange(Share(outcome, CpuTime.Ksoftirqd), 0.018, 0.035);
    }

    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    public void Nice_tasks_share_by_their_weights(string kernel)
    {
        var log = new TimeLog();
        var host = Quiet(KernelProfiles.Find(kernel)!, Loop("plain"), Loop("nice") with { Nice = 5 }, Loop("group") with { Group = "half" }) with { Groups = [new TaskGroup("half", 512)] };
        new ReceivePath(host, 1, Elapsed.FromSeconds(4)) { Times = log, IsChecked = true }.Run();

        // 1024 : 335 : 512
        Assert.Equal(1024.0 / 1871, log.Of(1000) / 4e9, 0.02);
        Assert.Equal(335.0 / 1871, log.Of(1001) / 4e9, 0.02);
        Assert.Equal(512.0 / 1871, log.Of(1002) / 4e9, 0.02);
    }

    [Theory]
    [InlineData("6.1", 0.95)]
    [InlineData("4.19", 1.00)] // with two CPUs it borrows what the other one has left
    [InlineData("6.12", 0.95)]
    public void A_real_time_loop_leaves_ordinary_tasks_what_the_limit_leaves(string kernel, double share)
    {
        var log = new TimeLog();
        var host = Quiet(KernelProfiles.Find(kernel)!, Loop("audio") with { Realtime = 50 }, Loop("plain")) with { Cpus = [new HostCpu(), new HostCpu()] };
        new ReceivePath(host, 1, Elapsed.FromSeconds(4)) { Times = log, IsChecked = true }.Run();

        Assert.Equal(share, log.Of(1000) / 4e9, 0.01);
    }

    // A 60 ms call, another task due at once: how long it waits.
    [Theory]
    [InlineData(PreemptionModel.None, 48, 61)]
    [InlineData(PreemptionModel.Voluntary, 48, 61)]
    [InlineData(PreemptionModel.Full, 0, 9)]
    [InlineData(PreemptionModel.Lazy, 0, 13)]
    [InlineData(PreemptionModel.Realtime, 0, 9)]
    public void A_preemption_model_bounds_what_a_call_can_hold_up(PreemptionModel model, double shortest, double longest) =>
        Assert.InRange(LongestHold(model, new TaskStep.Call { Syscall = "setgroups", Length = Spread.Milliseconds(60) }), shortest, longest);

    [Theory]
    [InlineData(PreemptionModel.None, 0, 11)]
    [InlineData(PreemptionModel.Full, 0, 9)]
    public void A_call_that_meets_cond_resched_holds_up_nobody(PreemptionModel model, double shortest, double longest) =>
        Assert.InRange(LongestHold(model, new TaskStep.Call { Syscall = "setgroups", Length = Spread.Milliseconds(60), CondResched = Spread.Milliseconds(1) }), shortest, longest);

    [Theory]
    [InlineData(PreemptionModel.None, 48, 61)]
    [InlineData(PreemptionModel.Voluntary, 0, 11)]
    public void Might_sleep_counts_for_the_voluntary_model_only(PreemptionModel model, double shortest, double longest) =>
        Assert.InRange(LongestHold(model, new TaskStep.Call { Syscall = "setgroups", Length = Spread.Milliseconds(60), MightSleep = Spread.Milliseconds(1) }), shortest, longest);

    [Fact]
    public void A_spinlock_holds_up_also_where_the_kernel_is_preemptible() =>
        Assert.InRange(LongestHold(PreemptionModel.Full, new TaskStep.Call { Syscall = "setgroups", Length = Spread.Milliseconds(60), Holds = Holding.Preemption }), 48, 61);

    // CFS places a sleeper half a latency behind, which is more than a wake-up's granularity: it comes at once.
    [Fact]
    public void Under_CFS_a_woken_NAPI_thread_preempts_at_once()
    {
        var host = new Host
        {
            Kernel = KernelProfiles.Linux61,
            Queues = [new RxQueue { Threaded = true }],
            // The loops themselves begin as sleepers.
            Arrivals = [new Arrivals { Pattern = new ArrivalPattern.Poisson(400), From = Elapsed.FromMilliseconds(50) }],
            Tasks = [Loop("a"), Loop("b")],
        };
        Assert.InRange(Hosts.Run(host, Elapsed.FromSeconds(1)).Flows[0].Latency.Longest.Milliseconds, 0, 0.05);
    }

    // EEVDF protects whoever has had no more than its share until its slice is over, and sees that at a tick. Whoever has waited so long is
    // owed time, takes it along into its sleep, and comes at once for as long as it lasts.
    [Fact]
    public void Under_EEVDF_a_woken_NAPI_thread_waits_for_a_tick_once_and_is_owed_time_then()
    {
        var host = new Host
        {
            Kernel = KernelProfiles.Linux612,
            // Eight CPUs: a slice of 2.8 ms.
            Cpus = [.. Enumerable.Range(0, 8).Select(_ => new HostCpu())],
            Queues = [new RxQueue { Threaded = true }],
            Arrivals = [new Arrivals { Pattern = new ArrivalPattern.Poisson(400) }],
            Tasks = [Loop("busy")],
        };
        var latency = Hosts.Run(host, Elapsed.FromSeconds(1)).Flows[0].Latency;

        Assert.InRange(latency.Longest.Milliseconds, 2.0, 8.1);
        Assert.InRange(latency.Quantile(0.9).Milliseconds, 0, 0.02);
    }

    static double LongestHold(PreemptionModel model, TaskStep call)
    {
        var log = new TimeLog();
        var host = Quiet(KernelProfiles.Linux61, new HostTask { Name = "caller", Program = [call] }, Loop("other")) with { Preemption = model };
        new ReceivePath(host, 1, Elapsed.FromSeconds(2)) { Times = log, IsChecked = true }.Run();
        return log.LongestOf(1000) / 1e6;
    }

    static double Share(Outcome outcome, CpuTime use) => outcome.Cpus[0].Of(use).ShareOf(outcome.Length);

    static HostTask Loop(string name) => new() { Name = name, Program = [new TaskStep.Compute(Spread.Milliseconds(3))] };

    static Host Quiet(KernelProfile kernel, params IReadOnlyList<HostTask> tasks) => new() { Kernel = kernel, Cpus = [new HostCpu()], Tasks = tasks };

    static Host Overload(KernelProfile kernel, IEnumerable<HostTask> tasks) => Quiet(kernel, [.. tasks]) with
    {
        Costs = new Costs { Packet = Spread.Microseconds(5) },
        Arrivals = [new Arrivals { Pattern = new ArrivalPattern.Constant(500_000) }],
    };
}
