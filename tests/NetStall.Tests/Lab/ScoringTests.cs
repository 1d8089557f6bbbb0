// SPDX-License-Identifier: Apache-2.0
using NetStall.Linux.Lab;
using NetStall.Model;
using NetStall.Tests.Drawings;
using Xunit;

namespace NetStall.Tests.Labs;

/// <summary>A drawn recording goes through the real judge, and its verdicts are held against what the lab knows.</summary>
public class ScoringTests
{
    static readonly KernelBehaviour Today = new(HasGate: false, GateIsObserved: false, IsPreemptible: false, Elapsed.FromMilliseconds(4));
    static readonly LabKind BottomHalves = new("bhoff", Holds.BottomHalves, "bottom halves off");
    static readonly LabKind Call = new("setgroups", Holds.Task, "a long system call");
    static readonly LabKind Flood = new("flood", Holds.Competition, "a flood") { Makes = false };
    static readonly LabKind Quiet = new("quiet", Holds.Nothing, "nothing") { Makes = false };

    // a holds bottom halves off from 3 to 27: a packet each millisecond waits since 4.
    const string Drawn =
        """
        each column 1ms   01234567890123456789012345678901
        cpu1 running      aaaAAAAAAAAAAAAAAAAAAAAAAAAaaaaa
        cpu1 NET_RX       ....r......................s=...
        cpu1 ticks        ..t...t...t...t...t...t...t...t.
        cpu1 flags        ...bbbbbbbbbbbbbbbbbbbbbbbb.....
        task a = exact
        """;

    static string Score(string drawing, LabKind kind, Truth[] truths, params Tid[] innocents) => Score(drawing, kind, Today, truths, innocents);

    static string Score(string drawing, LabKind kind, KernelBehaviour kernel, Truth[] truths, params Tid[] innocents)
    {
        var packets = Enumerable.Range(0, 32).Select(i => new Packet(Ms(i), i is >= 4 and < 27 ? Ms(27) : Ms(i) + Elapsed.FromMicroseconds(20))).ToList();
        var experiment = new Experiment(kind, Steering.Softirq, new CpuId(1), kernel, [.. truths.Select(t => (t, Elapsed.Zero))], packets, innocents.ToHashSet());
        var outcome = Scoring.Of(experiment, Judged.Report(Drawing.Of(drawing)), new Tolerance(IsEmulated: false));
        Assert.Equal(outcome.Faults.Count == 0, outcome.IsRight);
        return outcome.IsRight ? $"right, off by {outcome.MedianError?.ToString() ?? "nothing"}" : string.Join(' ', outcome.Faults);
    }

    static KernelTime Ms(int milliseconds) => Drawing.Origin + Elapsed.FromMilliseconds(milliseconds);

    static Truth Truth(char task, int from, int to) => new(
        new CpuId(1), "exact", new Pid(TidOf(task).Value), TidOf(task), "bpf", Ms(from), Elapsed.FromMilliseconds(to - from));

    static Tid TidOf(char task) => new(100 + task);

    [Fact]
    public void The_right_mechanism_culprit_and_length_are_right() =>
        Assert.Equal("right, off by 0.000 ms", Score(Drawn, BottomHalves, [Truth('a', 3, 27)]));

    [Fact]
    public void A_length_that_is_off_by_more_than_a_millisecond_is_wrong() => Assert.Equal(
        "The length is off by 3.000 ms in the middle of all shots, over the 1.000 ms allowed.", Score(Drawn, BottomHalves, [Truth('a', 3, 24)]));

    [Fact]
    public void Another_name_is_wrong_even_once() => Assert.Equal(
        "Most shots were told without their culprit. `exact` was named for what `exact` did.", Score(Drawn, BottomHalves, [Truth('b', 3, 27)]));

    [Fact]
    public void A_stall_that_was_not_found_is_wrong() => Assert.Equal(
        "1 of 1 shots were not found. Most shots were not told to be bottom-halves-off. Most shots were told without their culprit.",
        Score(Drawn, BottomHalves, [Truth('a', 27, 31)]));

    [Fact]
    public void Where_none_was_made_there_is_nothing_to_be_right_about() => Assert.Contains("No stall was made.", Score(Drawn, BottomHalves, []), StringComparison.Ordinal);

    [Fact]
    public void A_verdict_against_a_call_that_stalls_nobody_on_this_kernel_is_wrong() => Assert.Equal(
        "A stall was told of most shots, where none can be. `exact` was named, which stalled nobody.", Score(Drawn, Call, [Truth('a', 3, 27)]));

    [Fact]
    public void A_stranger_s_stall_that_falls_on_such_a_call_is_not_held_against_it() =>
        Assert.Equal("right, off by 0.000 ms", Score(Drawn, Call, [Truth('b', 3, 27)]));

    [Fact]
    public void One_that_nobody_can_be_named_for_among_several_may_be_the_hypervisor_s() =>
        Assert.Equal("right, off by 0.000 ms", Score(Drawn, BottomHalves, [Truth('a', 3, 27), Truth('a', 3, 27), Truth('a', 28, 31)]));

    [Fact]
    public void A_control_is_wrong_when_one_of_the_lab_s_own_is_named_and_right_when_a_stranger_is()
    {
        Assert.Equal("`exact` was named, which is the lab's own and innocent.", Score(Drawn, Quiet, [], TidOf('a')));
        Assert.Equal("right, off by nothing", Score(Drawn, Quiet, [], TidOf('b')));
    }

    // Where tasks compete nobody is asked when: the mechanism must be told, and each of them may be named.
    [Fact]
    public void Competitors_must_be_told_as_such_where_the_kernel_has_the_gate()
    {
        Assert.Equal("right, off by nothing", Score(Drawn, Flood, [], TidOf('b')));
        Assert.Equal("`exact` was named, which is the lab's own and innocent.", Score(Drawn, Flood, [], TidOf('a')));
        Assert.Equal("No stall was told to be ksoftirqd-outcompeted.", Score(Drawn, Flood, Today with { HasGate = true }, [], TidOf('a')));
    }
}
