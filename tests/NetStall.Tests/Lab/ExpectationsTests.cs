// SPDX-License-Identifier: Apache-2.0
using NetStall.Linux.Lab;
using NetStall.Model;
using NetStall.Verdicts;
using Xunit;

namespace NetStall.Tests.Labs;

/// <summary>The table, read as a table: kind by kernel and way of the packets.</summary>
public class ExpectationsTests
{
    static readonly KernelBehaviour Today = new(HasGate: false, GateIsObserved: false, IsPreemptible: false, Elapsed.FromMilliseconds(4));
    static readonly KernelBehaviour Gate = Today with { HasGate = true };
    static readonly KernelBehaviour Preemptible = Today with { IsPreemptible = true };

    static string Of(Holds holds, Steering steering, KernelBehaviour kernel) => Expectations.Of(holds, steering, kernel) switch
    {
        Expectation.Stalls { Blame: Blame.TheCaller } stalls => stalls.Mechanism.Name(),
        Expectation.Stalls stalls => $"{stalls.Mechanism.Name()}, {stalls.Blame}",
        _ => "nothing",
    };

    [Theory]
    [InlineData(Holds.Nothing, "nothing", "nothing", "nothing")]
    [InlineData(Holds.Task, "syscall-blocks-ksoftirqd", "nothing", "napi-thread-starved")]
    [InlineData(Holds.BottomHalves, "bottom-halves-off", "bottom-halves-off", "napi-thread-starved")]
    [InlineData(Holds.Interrupts, "interrupts-off", "interrupts-off", "interrupts-off")]
    [InlineData(Holds.HardInterrupt, "hardirq-storm, NoTask", "hardirq-storm, NoTask", "hardirq-storm, NoTask")]
    [InlineData(Holds.OwnSoftirq, "softirq-hog", "softirq-hog", "softirq-hog")]
    [InlineData(Holds.Softirq, "softirq-hog, NoTask", "softirq-hog, NoTask", "softirq-hog, NoTask")]
    [InlineData(Holds.RealTime, "nothing", "nothing", "realtime-starvation")]
    [InlineData(Holds.Competition, "ksoftirqd-outcompeted, AnyOfThem", "nothing", "napi-thread-starved, AnyOfThem")]
    public void What_a_stall_leads_to_depends_on_the_kernel_and_on_who_receives(Holds holds, string gate, string noGate, string thread)
    {
        Assert.Equal(gate, Of(holds, Steering.Softirq, Gate));
        Assert.Equal(noGate, Of(holds, Steering.Softirq, Today));
        Assert.Equal(thread, Of(holds, Steering.NapiThread, Today));
        Assert.Equal(thread, Of(holds, Steering.NapiThread, Gate));
    }

    [Theory]
    [InlineData(Steering.Softirq)]
    [InlineData(Steering.NapiThread)]
    public void A_preemptible_kernel_takes_the_cpu_from_a_system_call_but_not_from_bottom_halves_off(Steering steering)
    {
        Assert.Equal("nothing", Of(Holds.Task, steering, Preemptible));
        Assert.NotEqual("nothing", Of(Holds.BottomHalves, steering, Preemptible));
    }

    [Fact]
    public void Every_kind_of_the_lab_has_a_line_in_the_table() => Assert.All(LabKinds.All, kind =>
    {
        foreach (var steering in Enum.GetValues<Steering>())
            Assert.NotNull(Expectations.Of(kind.Holds, steering, Today));
    });

    [Theory]
    [InlineData("4.8.0", false)]
    [InlineData("4.9.0-19-amd64", true)]
    [InlineData("6.4.16", true)]
    [InlineData("6.5.0", false)]
    [InlineData("6.18.44", false)]
    [InlineData(null, false)]
    public void The_gate_is_expected_of_the_versions_that_had_it(string? release, bool expected) => Assert.Equal(expected, KernelBehaviour.ExpectsGate(release));

    [Fact]
    public void What_the_recording_showed_of_the_gate_counts_more_than_the_version()
    {
        Assert.True(Today.With(GateVerdict.Present) is { HasGate: true, GateIsObserved: true });
        Assert.True(Gate.With(GateVerdict.Absent) is { HasGate: false, GateIsObserved: true });
        Assert.Equal(Gate, Gate.With(GateVerdict.Unknown));
    }

    [Theory]
    [InlineData("none voluntary (full) lazy", null, null, null, true)]
    [InlineData("(none) voluntary full", "preempt=full", null, null, false)]
    [InlineData(null, "quiet preempt=none ro\n", "CONFIG_PREEMPT=y\n", null, false)]
    [InlineData(null, "quiet preempt=lazy", null, null, true)]
    [InlineData(null, "quiet", "CONFIG_PREEMPT_NONE=y\n# CONFIG_PREEMPT is not set\nCONFIG_PREEMPT_DYNAMIC=y\n", "PREEMPT_DYNAMIC", false)]
    [InlineData(null, "quiet", "CONFIG_PREEMPT_RT=y\n", null, true)]
    [InlineData(null, null, null, "Linux version 6.1.0 (x) #1 SMP PREEMPT_RT Debian", true)]
    [InlineData(null, null, null, "Linux version 6.1.0 (x) #1 SMP PREEMPT_DYNAMIC Debian", false)]
    [InlineData(null, null, null, null, false)]
    public void The_preemption_model_is_read_from_whatever_tells_it(string? debugfs, string? commandLine, string? configuration, string? version, bool preemptible) =>
        Assert.Equal(preemptible, PreemptionModel.IsPreemptible(debugfs, commandLine, configuration, version));
}
