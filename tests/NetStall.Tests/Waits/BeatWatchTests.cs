// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Recordings;
using NetStall.Tests.Drawings;
using NetStall.Waits;
using Xunit;

namespace NetStall.Tests.Waiting;

/// <summary>Which holes in a CPU's beat are silences. What comes of a silence, the judge says: see DrawnSilenceTests.</summary>
public class BeatWatchTests
{
    static void Check(string drawing, string expected) => Assert.Equal(expected, Silences(Drawing.Of("each column 1ms\nthreshold 5ms\n" + drawing)));

    static string Silences(Drawing drawing)
    {
        var watch = new BeatWatch(drawing.Recording, drawing.Threshold);
        var said = new List<string>();
        foreach (var (e, _) in drawing.Events)
        {
            if (watch.On(e) is var (begin, end))
                said.Add($"{Column(begin)}-{Column(end)}");
        }
        return string.Join(", ", said.DefaultIfEmpty("none"));
    }

    static long Column(KernelTime time) => (time - Drawing.Origin).Nanoseconds / 1_000_000;

    [Fact]
    public void A_hole_between_two_samples_of_a_busy_cpu_is_one() => Check(
        """
        cpu0 running  aaaaaaaaaaaaaaaaaaaa
        cpu0 samples  ||||........||||||||
        samples every 1ms
        """,
        "3-12");

    [Fact]
    public void One_of_just_the_threshold_is_one() => Check(
        """
        cpu0 running  aaaaaaaaaaaaaaaaaaaa
        cpu0 samples  ||||....||||||||||||
        samples every 1ms
        """,
        "3-8");

    [Fact]
    public void Any_interrupt_within_ends_it() => Check(
        """
        cpu0 running  aaaaaaaaaaaaaaaaaaaa
        cpu0 samples  ||||........||||||||
        cpu0 hardirq  .......h............
        samples every 1ms
        """,
        "7-12");

    [Fact]
    public void A_switch_is_a_sign_of_life() => Check(
        """
        cpu0 running  aaaaaaaabbbbbbbbbbbb
        cpu0 samples  ||||........||||||||
        samples every 1ms
        """,
        "none");

    [Fact]
    public void A_cpu_that_idled_is_not_silent() => Check(
        """
        cpu0 running  aaaa........aaaaaaaa
        cpu0 samples  ||||........||||||||
        samples every 1ms
        """,
        "none");

    // Virtual machines were seen that record nothing in the idle task of some CPUs, so not the switch that ends it either.
    [Fact]
    public void A_task_that_makes_calls_is_at_work_though_nothing_told_that_it_woke()
    {
        var drawing = Drawing.Of(
            """
            each column 1ms
            threshold 5ms
            cpu0 running  bbbb......aAAAAAAAAAAAaa
            cpu0 samples  ||||..................||
            task a = dcgm-exporter, calls kill
            samples every 1ms
            """);
        Assert.Equal(1, drawing.Events.RemoveAll(e => e.Event.Kind == EventKind.SchedSwitch && e.Event.Tid.IsIdle));

        Assert.Equal("11-22", Silences(drawing));
    }

    [Fact]
    public void Lost_records_explain_a_hole() => Check(
        """
        cpu0 running  aaaaaaaaaaaaaaaaaaaa
        cpu0 samples  ||||........||||||||
        cpu0 lost     ......!.............
        samples every 1ms
        """,
        "none");

    [Fact]
    public void Without_anything_regular_there_is_no_silence() => Check(
        """
        cpu0 running  aaaaaaaaaaaaaaaaaaaa
        cpu0 samples  ||||........||||||||
        """,
        "none");

    // A slow sampler: two and a half of its periods must be missing.
    [Fact]
    public void A_hole_is_measured_by_the_period_of_the_sampler() => Check(
        """
        cpu0 running  aaaaaaaaaaaaaaaaaaaaaaaa
        cpu0 samples  |...|...|.......|...|...
        samples every 4ms
        """,
        "none");

    [Fact]
    public void Ticks_that_come_every_4_ms_are_a_beat_too() => Check(
        """
        cpu0 running  aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
        cpu0 hardirq  t...t...t...t...t...t...t...t...t...t...t.................t...t.....
        vector t = local_timer
        """,
        "40-58");

    [Fact]
    public void A_sampler_that_does_not_see_all_has_no_beat()
    {
        var drawing = Drawing.Of(
            """
            threshold 5ms
            each column 1ms
            cpu0 running  aaaaaaaaaaaaaaaaaaaa
            cpu0 samples  ||||........||||||||
            """);
        drawing.Recording.Samplers.Add(new Sampler("cpu-clock:u", Elapsed.FromMilliseconds(1), IsTimer: true, SeesAll: false));
        Assert.Equal("none", Silences(drawing));
    }
}
