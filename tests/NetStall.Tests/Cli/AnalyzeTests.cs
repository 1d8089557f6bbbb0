// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Xunit;

namespace NetStall.Tests.Cli;

public sealed class AnalyzeTests
{
    static JsonElement Json(params string[] arguments)
    {
        var answer = Netstall.Run(["analyze", "--format", "json", .. arguments]);
        Assert.True(answer.ExitCode is 0 or 1 or 4, answer.Error);
        return JsonDocument.Parse(answer.Output).RootElement;
    }

    [Fact]
    public void Stalls_found_are_exit_code_1_and_the_text_leads_with_them()
    {
        var answer = Netstall.Run("analyze", Samples.TracepointsOfTheGate);

        Assert.Equal(1, answer.ExitCode);
        Assert.Equal("", answer.Error);
        Assert.Contains("7 stalls of 10 ms or more", answer.Output.Split('\n')[0], StringComparison.Ordinal);
        Assert.Contains("metrics-agent (pid 128) held the CPU", answer.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\x1b', answer.Output);
    }

    [Fact]
    public void Nothing_over_the_threshold_is_an_acquittal_with_what_it_rests_on()
    {
        var answer = Netstall.Run("analyze", Samples.TracepointsOfTheGate, "--threshold", "1s");

        Assert.Equal(0, answer.ExitCode);
        Assert.Contains("3,080 raises, 3,079 served, 0 unpaired; worst wait 327.9 ms; nothing lost.", answer.Output, StringComparison.Ordinal);
        Assert.Contains("No packet was kept waiting for 1 s while this was recorded.", answer.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--at")]
    [InlineData("--since")]
    public void A_moment_that_was_not_recorded_acquits_nobody(string option)
    {
        var answer = Netstall.Run("analyze", Samples.Acquitted, option, "99999999");

        Assert.Equal(4, answer.ExitCode);
        Assert.Contains("The recording holds nothing of the time asked for: it runs from ", answer.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("not the problem", answer.Output, StringComparison.Ordinal);
    }

    // Its last stall ends at 21.5 s, the recording a little later.
    [Fact]
    public void Stalls_at_other_times_are_told_of_and_the_node_is_not_acquitted()
    {
        var answer = Netstall.Run("analyze", Samples.TracepointsOfTheGate, "--since", "21.8");

        Assert.Contains("7 stalls at other times: without --at and --since they are told too.", answer.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("not the problem", answer.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_higher_threshold_acquits_of_no_more_than_it_asked()
    {
        var answer = Netstall.Run("analyze", Samples.Acquitted, "--threshold", "1s");

        Assert.Equal(0, answer.ExitCode);
        Assert.Contains("No packet was kept waiting for 1 s while this was recorded.", answer.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Samples_alone_never_acquit()
    {
        var answer = Netstall.Run("analyze", Samples.SamplesOfTheGate, "--threshold", "1s");

        Assert.Equal(4, answer.ExitCode);
        Assert.Contains("Samples alone cannot acquit", answer.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_on_different_clocks_are_judged_apart_and_the_reports_say_so()
    {
        var both = Json(Samples.TracepointsOfTheGate, Samples.SamplesOfTheGate, "--kallsyms", Samples.KallsymsOfTheGate);

        Assert.Equal("netstall.reports/1", both.GetProperty("schema").GetString());
        var reports = both.GetProperty("reports").EnumerateArray().ToList();
        Assert.Equal([7, 6], reports.Select(r => r.GetProperty("stalls").GetArrayLength()));
        Assert.All(reports, r => Assert.Contains("do not share a clock", r.GetProperty("recording").GetProperty("flaws")[0].GetString(), StringComparison.Ordinal));
    }

    [Fact]
    public void A_moment_may_be_given_by_the_wall_clock_or_by_the_recordings_own()
    {
        Assert.Equal(2, Json(Samples.TracepointsOfTheGate, "--at", "24.5").GetProperty("stalls").GetArrayLength() + 1);
        Assert.Equal(2, Json(Samples.TracepointsOfTheGate, "--since", "16.8").GetProperty("stalls").GetArrayLength());
        Assert.Equal(2, Json(Samples.TracepointsOfTheGate, "--since", "2026-11-22T12:31:35.4Z").GetProperty("stalls").GetArrayLength());
        Assert.Equal(2, Json(Samples.TracepointsOfTheGate, "--since", "12:31:35.4Z").GetProperty("stalls").GetArrayLength());
    }

    // Its call took less: the silence is counted from the last beat before it.
    [Fact]
    public void Of_a_silence_the_culprit_is_said_to_have_held_no_more_than_up_to_so_much()
    {
        string stalls = Path.Combine(Samples.Root, "tests", "NetStall.Tests", "Corpus", "stalls", "dcgm-exporter-interrupts-off-both-6.12");
        var answer = Netstall.Run("analyze", stalls + ".data", "--kallsyms", stalls + ".kallsyms");

        Assert.Matches(@"dcgm-exporter \(pid \d+\) in kill\(\) held the CPU, up to \d", answer.Output);
    }

    [Fact]
    public void Only_the_cpus_asked_for_are_judged()
    {
        Assert.Equal(0, Json(Samples.TracepointsOfTheGate, "--cpu", "0").GetProperty("stalls").GetArrayLength());
        Assert.Equal(7, Json(Samples.TracepointsOfTheGate, "--cpu", "0-1").GetProperty("stalls").GetArrayLength());
    }

    [Fact]
    public void Standard_input_is_read_whether_it_is_a_pipe_or_text()
    {
        // A perf.data file has its description at its end, so a pipe of one is put aside first.
        var answer = Netstall.Run(File.ReadAllBytes(Samples.TracepointsOfTheGate), "analyze", "-");

        Assert.Equal(1, answer.ExitCode);
        Assert.StartsWith("standard input · Linux 6.1.0-50-cloud-amd64", answer.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_redacted_report_names_no_user_code_and_no_file_but_still_the_task()
    {
        var report = Netstall.Run("analyze", Samples.SamplesOfTheGate, "--kallsyms", Samples.KallsymsOfTheGate, "--format", "json", "--redact").Output;

        Assert.DoesNotContain("libc", report, StringComparison.Ordinal);
        Assert.DoesNotContain("blog.data", report, StringComparison.Ordinal);
        Assert.Contains("redacted-", report, StringComparison.Ordinal);
        Assert.Contains("metrics-agent", report, StringComparison.Ordinal);
        Assert.Contains("do_syscall_64", report, StringComparison.Ordinal);
    }

    [Fact]
    public void The_report_goes_to_a_file_when_one_is_named()
    {
        string path = Path.GetTempFileName();
        try
        {
            var answer = Netstall.Run("analyze", Samples.TracepointsOfTheGate, "-o", path);
            Assert.Equal("", answer.Output);
            Assert.Contains("7 stalls", File.ReadAllText(path), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("--threshold", "10", "--threshold takes a length of time such as 10ms, 500us or 1.5s, not `10`.")]
    [InlineData("--threshold", "-1ms", "--threshold takes a length of time such as 10ms, 500us or 1.5s, not `-1ms`.")]
    [InlineData("--threshold", "0ms", "--threshold must be more than nothing: every NET_RX waits a little.")]
    [InlineData("--lookback", "soon", "--lookback takes a length of time such as 10ms, 500us or 1.5s, not `soon`.")]
    [InlineData("--cpu", "7-4", "--cpu takes CPU numbers such as 3 or 1,4-7, not `7-4`.")]
    [InlineData("--at", "noon", "--at takes a UTC time such as 14:03:12Z or 2026-11-22T14:03:12Z, or seconds on the recording's clock, not `noon`.")]
    [InlineData("--kallsyms", "/nowhere/kallsyms", "There is no file /nowhere/kallsyms to take kernel symbols from.")]
    public void A_bad_option_is_one_sentence_and_exit_code_2(string option, string value, string sentence)
    {
        var answer = Netstall.Run("analyze", Samples.TracepointsOfTheGate, option, value);

        Assert.Equal(2, answer.ExitCode);
        Assert.Equal($"netstall: {sentence}\n", answer.Error);
    }

    [Fact]
    public void A_wall_clock_moment_in_a_recording_without_a_wall_clock_says_what_to_do()
    {
        var answer = Netstall.Run("analyze", Samples.SamplesOfTheGate, "--at", "14:03:12Z");

        Assert.Equal(2, answer.ExitCode);
        Assert.Contains("this recording has no wall clock (perf records one with -k CLOCK_MONOTONIC)", answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_command_that_does_not_exist_is_exit_code_2() => Assert.Equal(2, Netstall.Run("anlayze", "x").ExitCode);
}
