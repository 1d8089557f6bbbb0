// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace NetStall.Tests.Cli;

/// <summary>What each option of <c>netstall analyze</c> and <c>netstall collapse</c> takes, refuses and does.</summary>
public sealed class OptionTests : IDisposable
{
    const string Help = "Try `netstall --help`, or `netstall analyze --help`.\n";

    readonly string _folder = Directory.CreateTempSubdirectory("netstall-tests-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("--threshold", "1,5s", "--threshold takes a length of time such as 10ms, 500us or 1.5s, not `1,5s`.")]
    [InlineData("--threshold", "12days", "--threshold takes a length of time such as 10ms, 500us or 1.5s, not `12days`.")]
    [InlineData("--threshold", "99999999999999999999s", "--threshold takes a length of time such as 10ms, 500us or 1.5s, not `99999999999999999999s`.")]
    [InlineData("--cpu", "one", "--cpu takes CPU numbers such as 3 or 1,4-7, not `one`.")]
    [InlineData("--cpu", "1,", "--cpu takes CPU numbers such as 3 or 1,4-7, not `1,`.")]
    [InlineData("--at", "12,5", "--at takes a UTC time such as 14:03:12Z or 2026-11-22T14:03:12Z, or seconds on the recording's clock, not `12,5`.")]
    [InlineData("--at", "1.2.3", "--at takes a UTC time such as 14:03:12Z or 2026-11-22T14:03:12Z, or seconds on the recording's clock, not `1.2.3`.")]
    [InlineData("--at", "\u001b[31m", "--at takes a UTC time such as 14:03:12Z or 2026-11-22T14:03:12Z, or seconds on the recording's clock, not `\\x1b[31m`.")]
    [InlineData("--at", "9999-12-31", "--at takes a UTC time such as 14:03:12Z or 2026-11-22T14:03:12Z, or seconds on the recording's clock, not `9999-12-31`.")]
    [InlineData("--since", "yesterday", "--since takes a UTC time such as 14:03:12Z or 2026-11-22T14:03:12Z, or seconds on the recording's clock, not `yesterday`.")]
    public void A_value_that_cannot_be_understood_is_refused_in_one_sentence(string option, string value, string sentence)
    {
        var run = Netstall.Run("analyze", Samples.TracepointsOfTheGate, option, value);

        Assert.Equal(new Netstall.Answer(2, "", $"netstall: {sentence}\n"), run);
    }

    [Theory]
    [InlineData("--cpu", "7")]
    [InlineData("--cpu", "7", "--at", "12:31:33Z")]
    public void A_cpu_that_was_not_recorded_is_said_to_be_missing(params string[] options)
    {
        var run = Netstall.Run(["analyze", Samples.TracepointsOfTheGate, .. options]);

        Assert.Equal(4, run.ExitCode);
        Assert.Contains("\nThe recording holds nothing of the CPUs asked for.\n", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("9223372036", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("analyze")]
    [InlineData("analyze", "tp.data", "--format", "yaml")]
    [InlineData("collapse")]
    [InlineData("collapse", "blog.data", "tp.data")]
    [InlineData("fly")]
    public void A_command_line_that_is_wrong_points_to_the_help(params string[] arguments)
    {
        var run = Netstall.Run(arguments);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("netstall: ", run.Error, StringComparison.Ordinal);
        Assert.EndsWith(Help, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("analyze", "--treshold", "samples/gate-6.1/tp.data", "--treshold")]
    [InlineData("analyze", "--treshold=5ms", "--treshold=5ms", "samples/gate-6.1/tp.data")]
    [InlineData("collapse", "--artcle", "--artcle", "samples/gate-6.1/blog.data")]
    [InlineData("collapse", "--artcle", "samples/gate-6.1/blog.data", "--artcle")]
    public void An_option_that_there_is_not_is_named_wherever_it_stands(string command, string option, params string[] arguments) => Assert.Equal(
        new Netstall.Answer(2, "", $"netstall: There is no option {option}: `netstall {command} --help` lists those there are.\n"), Netstall.Run([command, .. arguments]));

    [Fact]
    public void After_two_dashes_all_are_files() =>
        Assert.Equal(new Netstall.Answer(2, "", "netstall: There is no file --treshold.\n"), Netstall.Run("analyze", "--", "--treshold"));

    [Theory]
    [InlineData("1s", "1 s")]
    [InlineData("500ms", "500 ms")]
    [InlineData("327876401ns", "327.876401 ms")]
    public void The_threshold_is_printed_as_it_is(string threshold, string printed) =>
        Assert.Contains($"no stall of {printed} or more", Netstall.Run("analyze", Samples.TracepointsOfTheGate, "--threshold", threshold).Output, StringComparison.Ordinal);

    [Fact]
    public void A_cgroup_map_that_names_nothing_is_a_flaw() =>
        Assert.Contains("the cgroup map names no cgroup, container or pod", Netstall.Run("analyze", Samples.TracepointsOfTheGate, "--cgroup-map", "/dev/null").Output, StringComparison.Ordinal);

    [Fact]
    public void A_length_of_time_may_be_told_in_any_unit() => Assert.Equal(
        Netstall.Run("analyze", Samples.TracepointsOfTheGate, "--threshold", "300ms"), Netstall.Run("analyze", Samples.TracepointsOfTheGate, "--threshold", "300000000ns"));

    [Theory]
    [InlineData("", "names no kernel function: The kernel's symbol list names no function; copy /proc/kallsyms of the recorded node, read as root.")]
    [InlineData("Dear SRE,\n", "names no kernel function: The kernel's symbol list names no function; copy /proc/kallsyms of the recorded node, read as root.")]
    [InlineData("0000000000000000 T _text\n0000000000000000 T do_idle\n",
        "names no kernel function: All addresses in the kernel's symbol list are zero, because it was read without the right to see them; read /proc/kallsyms as root, or set kernel.kptr_restrict=0 first.")]
    public void A_symbol_list_that_names_nothing_is_refused(string list, string sentence)
    {
        string path = Path.Combine(_folder, "kallsyms");
        File.WriteAllText(path, list);

        Assert.Equal(new Netstall.Answer(2, "", $"netstall: {path} {sentence}\n"), Netstall.Run("analyze", Samples.SamplesOfTheGate, "--kallsyms", path));
    }

    [Fact]
    public void A_symbol_list_of_another_kernel_is_a_flaw_of_the_report_and_names_nothing()
    {
        string path = Path.Combine(_folder, "kallsyms");
        File.WriteAllText(path, "ffffffff81000123 T _text\nffffffff81000200 T do_idle\nffffffff81000300 T _etext\n");
        var run = Netstall.Run("analyze", Samples.SamplesOfTheGate, "--kallsyms", path, "--format", "json");
        var report = JsonDocument.Parse(run.Output).RootElement;

        Assert.Contains(
            report.GetProperty("recording").GetProperty("flaws").EnumerateArray(),
            f => f.GetString() == $"{path}: The symbol list is of another kernel than the recording, so its names would be wrong; copy /proc/kallsyms of the recorded node, read as root");
        Assert.All(report.GetProperty("stalls").EnumerateArray(), s => Assert.Equal("low", s.GetProperty("confidence").GetString()));
    }

    // What perf could not name, `perf script -F ip` and [unknown] alike.
    [Fact]
    public void A_symbol_list_names_the_addresses_of_a_text_too()
    {
        string text = Path.Combine(_folder, "script.txt"), list = Path.Combine(_folder, "kallsyms");
        File.WriteAllText(text, "a 7/7 [001] 1.000000: cpu-clock: \n\tffffffff81000210 [unknown] ([kernel.kallsyms])\n\tffffffff81000300 known ([kernel.kallsyms])\n\n");
        File.WriteAllText(list, "ffffffff81000000 T _text\nffffffff81000200 T do_idle\nffffffff81000300 T _etext\n");

        Assert.Equal(new Netstall.Answer(0, "a;known;[kernel.kallsyms]\n", ""), Netstall.Run("collapse", text, "--article"));
        Assert.Equal(new Netstall.Answer(0, "a;known;do_idle\n", ""), Netstall.Run("collapse", text, "--article", "--kallsyms", list));
    }

    [Fact]
    public void The_two_forms_of_collapse_exclude_each_other()
    {
        var run = Netstall.Run("collapse", "blog.data", "--runs", "--article");

        Assert.Equal(new Netstall.Answer(2, "", "netstall: --runs and --article are two forms of the same lines: give one of them.\n"), run);
    }

    [Fact]
    public void An_output_that_cannot_be_written_is_refused()
    {
        var run = Netstall.Run("analyze", Samples.TracepointsOfTheGate, "-o", Path.Combine(_folder, "no/such/folder.txt"));

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("netstall: Nothing can be written to ", run.Error, StringComparison.Ordinal);
    }

    // tp.data's waits over 10 ms: 39.7 180.6 327.9 249.6 235.4 185.6 34.2; the next is shorter than 10.
    [Theory]
    [InlineData("10ms", 7)]
    [InlineData("35ms", 6)]
    [InlineData("200ms", 3)]
    [InlineData("0.25s", 1)]
    [InlineData("327876.4us", 1)]
    [InlineData("327876.401us", 0)]
    public void The_threshold_says_which_waits_are_stalls(string threshold, int stalls)
    {
        var run = Netstall.Run("analyze", Samples.TracepointsOfTheGate, "--format", "json", "--threshold", threshold);

        Assert.Equal(stalls, Stalls(run).Count);
        Assert.Equal(stalls > 0 ? 1 : 0, run.ExitCode);
    }

    // The first stall begins at 9.94 s, the last at 21.5 s of this recording's clock; 12:31:30.7Z is 12.0 s.
    [Theory]
    [InlineData("--at", "9.95", new[] { 9, 10, 12, 14 })]
    [InlineData("--at", "12:31:28Z", new[] { 9, 10, 12 })]
    [InlineData("--at", "2026-11-22T12:31:28Z", new[] { 9, 10, 12 })]
    [InlineData("--at", "1000", new int[0])]
    [InlineData("--since", "15.9", new[] { 15, 16 })]
    [InlineData("--since", "12:31:35.5Z", new[] { 16 })]
    public void A_moment_leaves_the_stalls_around_it_or_after_it(string option, string moment, int[] secondsOfBegin)
    {
        var run = Netstall.Run("analyze", Samples.TracepointsOfTheGate, "--format", "json", option, moment);

        Assert.Equal(secondsOfBegin, Stalls(run).Select(s => (int)(s.GetProperty("beginNs").GetInt64() / 1_000_000_000)).Where(s => s < 17));
    }

    [Theory]
    [InlineData("analyze", "tp.data")]
    [InlineData("analyze", "./tp.data")]
    [InlineData("analyze", "link.data")]
    [InlineData("collapse", "tp.data")]
    public void A_recording_is_never_written_over(string command, string output)
    {
        string recording = Path.Combine(_folder, "tp.data");
        File.Copy(Samples.TracepointsOfTheGate, recording);
        File.CreateSymbolicLink(Path.Combine(_folder, "link.data"), recording);
        string path = Path.Combine(_folder, output);

        var run = Netstall.Run(command, recording, "-o", path);

        Assert.Equal(new Netstall.Answer(2, "", $"netstall: Nothing is written to {path}: it is the recording itself.\n"), run);
        Assert.Equal(File.ReadAllBytes(Samples.TracepointsOfTheGate), File.ReadAllBytes(recording));
    }

    [Fact]
    public void An_older_report_is_replaced_whole_and_only_by_a_new_one()
    {
        string path = Path.Combine(_folder, "report.txt");
        string old = new('x', 100_000);
        File.WriteAllText(path, old);

        Assert.Equal(2, Netstall.Run("analyze", Samples.TracepointsOfTheGate, "-o", path, "--at", "noon").ExitCode);
        Assert.Equal(old, File.ReadAllText(path));

        Assert.Equal(1, Netstall.Run("analyze", Samples.TracepointsOfTheGate, "-o", path).ExitCode);
        Assert.DoesNotContain("x\n", File.ReadAllText(path), StringComparison.Ordinal);
        Assert.True(new FileInfo(path).Length < old.Length);
    }

    [Fact]
    public void A_recording_given_twice_is_refused()
    {
        string link = Path.Combine(_folder, "link.data");
        File.CreateSymbolicLink(link, Samples.TracepointsOfTheGate);

        Assert.Equal(
            new Netstall.Answer(2, "", $"netstall: {link} was given more than once: what it tells would count twice.\n"),
            Netstall.Run("analyze", Samples.TracepointsOfTheGate, link));
    }

    // Told twice, a raise would wait for an entry that came already.
    [Fact]
    public void A_copy_of_a_recording_is_not_joined_with_it()
    {
        string copy = Path.Combine(_folder, "copy.data");
        File.Copy(Samples.TracepointsOfTheGate, copy);

        string alone = Netstall.Run("analyze", Samples.TracepointsOfTheGate).Output;
        string both = Netstall.Run("analyze", Samples.TracepointsOfTheGate, copy).Output;

        Assert.Contains("several recordings tell the same events of the same moments", both, StringComparison.Ordinal);
        Assert.Equal(2 * Regex.Count(alone, "NET_RX waited for"), Regex.Count(both, "NET_RX waited for"));
    }

    [Fact]
    public void A_symbol_list_may_come_from_a_pipe()
    {
        var file = Netstall.Run("analyze", Samples.TracepointsOfTheGate, "--kallsyms", Samples.KallsymsOfTheGate);
        var piped = Netstall.Run(File.ReadAllBytes(Samples.KallsymsOfTheGate), "analyze", Samples.TracepointsOfTheGate, "--kallsyms", "/dev/stdin");

        Assert.Equal(file, piped);
    }

    [Fact]
    public void A_symbol_list_without_end_is_refused() => Assert.Equal(
        new Netstall.Answer(2, "", "netstall: Kernel symbols cannot be read from /dev/zero: it holds more than 268435456 bytes, which no kernel's symbol list does.\n"),
        Netstall.Run("analyze", Samples.TracepointsOfTheGate, "--kallsyms", "/dev/zero"));

    [Theory]
    [InlineData("analyze", "")]
    [InlineData("collapse", "")]
    [InlineData("analyze", "samples/gate-6.1/tp.data", "-o", "")]
    [InlineData("analyze", "samples/gate-6.1/tp.data", "--cgroup-map", "")]
    public void An_empty_argument_is_refused(params string[] arguments) => Assert.Equal(
        new Netstall.Answer(2, "", "netstall: An argument is empty: is a variable of your script not set?\n"), Netstall.Run(arguments));

    [Fact]
    public void A_name_that_begins_with_an_at_sign_is_a_name() => Assert.Equal(
        new Netstall.Answer(2, "", "netstall: There is no file @perf.data.\n"), Netstall.Run("analyze", "@perf.data"));

    [Fact]
    public void Output_to_a_file_is_the_output_to_a_pipe()
    {
        string path = Path.Combine(_folder, "report.txt");
        var piped = Netstall.Run("analyze", Samples.TracepointsOfTheGate);
        var run = Netstall.Run("analyze", Samples.TracepointsOfTheGate, "-o", path);

        Assert.Equal(new Netstall.Answer(1, "", ""), run);
        Assert.Equal(piped.Output, File.ReadAllText(path));
    }

    [Fact]
    public void Redirected_output_is_plain()
    {
        var run = Netstall.Run("analyze", Samples.TracepointsOfTheGate);

        Assert.DoesNotContain('\u001b', run.Output);
        // Wide enough for a stack, whatever the terminal has.
        Assert.Contains(run.Output.Split('\n'), line => line.Length > 100);
        Assert.DoesNotContain(run.Output.Split('\n'), line => line.EndsWith(' '));
    }

    static List<JsonElement> Stalls(Netstall.Answer run)
    {
        Assert.Equal("", run.Error);
        return [.. JsonDocument.Parse(run.Output).RootElement.GetProperty("stalls").EnumerateArray()];
    }
}
