// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Xunit;

namespace NetStall.Tests.Cli;

/// <summary><c>netstall collapse</c> as a program: three forms of the same 12,032 samples.</summary>
public class CollapseTests
{
    static readonly string[] Timed = Lines();

    [Fact]
    public void Each_sample_has_a_line_in_order_of_time()
    {
        Assert.Equal(12_032, Timed.Length);
        var times = Timed.Select(line => decimal.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(times.Order(), times);
    }

    [Fact]
    public void The_article_s_form_is_the_same_lines_without_what_stands_before_the_stack()
    {
        var stacks = Timed.Select(line => line.Split(' ', 4)[3]);

        Assert.Equal(stacks, Lines("--article"));
    }

    [Fact]
    public void Runs_count_every_sample_once()
    {
        var runs = Lines("--runs").Select(line => line.Split(' ')).ToList();

        Assert.True(runs.Count < Timed.Length);
        Assert.Equal(Timed.Length, runs.Sum(run => int.Parse(run[2], CultureInfo.InvariantCulture)));
    }

    // What the article's authors saw when they looked above ksoftirqd.
    [Fact]
    public void The_line_before_a_late_ksoftirqd_is_the_culprit_s()
    {
        string[] stacks = Lines("--article");
        int before = Enumerable.Range(1, stacks.Length - 1).Count(i =>
            stacks[i].StartsWith("ksoftirqd/1;", StringComparison.Ordinal) && stacks[i - 1].StartsWith("metrics-agent;", StringComparison.Ordinal)
            && stacks[i - 1].Contains(";__do_sys_setgroups;", StringComparison.Ordinal));

        Assert.InRange(before, 5, 12);
    }

    [Fact]
    public void A_recording_without_stacks_says_what_to_record()
    {
        var run = Netstall.Run("collapse", Samples.TracepointsOfTheGate);

        Assert.Equal(new Netstall.Answer(0, "", $"netstall: {Samples.TracepointsOfTheGate} holds no sample with a call chain: record with `perf record -g`.\n"), run);
    }

    static string[] Lines(params string[] options)
    {
        var run = Netstall.Run(["collapse", Samples.SamplesOfTheGate, "--kallsyms", Samples.KallsymsOfTheGate, .. options]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return run.Output.TrimEnd('\n').Split('\n');
    }
}
