// SPDX-License-Identifier: Apache-2.0
using System.Text;
using NetStall.Linux.Files;
using Xunit;

namespace NetStall.Tests.Cli;

/// <summary><c>-</c>, and names that mean harm.</summary>
public class StandardInputTests
{
    [Theory]
    [InlineData("analyze")]
    [InlineData("collapse")]
    public void Nothing_on_standard_input_is_refused(string command) =>
        Assert.Equal(new Netstall.Answer(2, "", "netstall: standard input is empty.\n"), Netstall.Run([], command, "-"));

    [Fact]
    public void Standard_input_twice_is_refused() =>
        Assert.Equal(
            new Netstall.Answer(2, "", "netstall: Standard input can be read once only, but - was given more than once.\n"),
            Netstall.Run([], "analyze", "-", "-"));

    [Fact]
    public void Bytes_that_are_no_recording_are_refused_from_a_pipe_too()
    {
        var answer = Netstall.Run(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("all is well\n", 50_000))), "analyze", "-");

        Assert.Equal(
            new Netstall.Answer(2, "", "netstall: standard input is no recording that netstall knows: neither perf.data, nor the text of `perf script`, nor that of ftrace.\n"),
            answer);
    }

    [Fact]
    public void A_recording_from_a_pipe_gives_the_report_of_the_file()
    {
        var file = Netstall.Run("analyze", Samples.TracepointsOfTheGate, "--format", "json");
        var piped = Netstall.Run(File.ReadAllBytes(Samples.TracepointsOfTheGate), "analyze", "-", "--format", "json");

        Assert.Equal((1, ""), (piped.ExitCode, piped.Error));
        Assert.Equal(file.Output.Replace($"\"{Samples.TracepointsOfTheGate}\"", "\"standard input\"", StringComparison.Ordinal), piped.Output);
    }

    [Fact]
    public void A_file_from_a_pipe_without_room_for_temporary_files_says_so()
    {
        var run = Netstall.Run(File.ReadAllBytes(Samples.TracepointsOfTheGate), new Dictionary<string, string> { ["TMPDIR"] = "/nowhere" }, "analyze", "-");

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("netstall: standard input cannot be read: it must be had whole, but no file can be made in /nowhere/ to copy it to (see TMPDIR): ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_from_a_pipe_has_no_name_in_the_temporary_folder_while_it_is_still_coming()
    {
        string folder = Directory.CreateTempSubdirectory("netstall-tests-").FullName;
        using (var coming = new Watched(File.ReadAllBytes(Samples.TracepointsOfTheGate), folder))
        using (var spooled = Spool.ToTemporaryFile(default, coming, "standard input", folder))
        {
            Assert.Equal(coming.Length, spooled.Length);
            Assert.True(coming.Reads > 1);
            Assert.Empty(coming.Seen);
        }
        Directory.Delete(folder);
    }

    sealed class Watched(byte[] bytes, string folder) : MemoryStream(bytes)
    {
        public List<string> Seen { get; } = [];
        public int Reads { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            Reads++;
            Seen.AddRange(Directory.GetFiles(folder));
            return base.Read(buffer);
        }
    }

    [Theory]
    [InlineData("2>&-")]
    [InlineData("2>/dev/full")]
    public void Where_nothing_can_be_said_the_exit_code_still_is(string redirection)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "netstall");
        using var shell = System.Diagnostics.Process.Start("sh", ["-c", $"'{program}' analyze /nowhere/perf.data {redirection}"]);
        shell.WaitForExit();

        Assert.Equal(2, shell.ExitCode);
    }

    [Fact]
    public void A_name_with_escape_codes_does_not_reach_the_terminal() =>
        Assert.Equal(new Netstall.Answer(2, "", "netstall: There is no file no\\x1b[31msuch\\nfile.\n"), Netstall.Run("analyze", "no\u001b[31msuch\nfile"));

    [Fact]
    public void A_cgroup_map_that_is_not_there_is_refused()
    {
        var answer = Netstall.Run("analyze", Samples.TracepointsOfTheGate, "--cgroup-map", "nowhere.txt");

        Assert.Equal((2, ""), (answer.ExitCode, answer.Output));
        Assert.StartsWith("netstall: The cgroup map nowhere.txt cannot be read: ", answer.Error, StringComparison.Ordinal);
    }
}
