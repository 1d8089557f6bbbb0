// SPDX-License-Identifier: Apache-2.0
using NetStall.Tests.Cli;
using Xunit;

namespace NetStall.Tests.Golden;

/// <summary>Whole reports of the sample recordings, and the help: what users see, word for word.</summary>
public class GoldenTests
{
    const string Tracepoints = "samples/gate-6.1/tp.data";
    const string StackSamples = "samples/gate-6.1/blog.data";
    const string Kallsyms = "samples/gate-6.1/kallsyms.gz";

    [Theory]
    [InlineData("gate-6.1-tp.txt", "text", Tracepoints)]
    [InlineData("gate-6.1-tp.json", "json", Tracepoints)]
    [InlineData("gate-6.1-blog.txt", "text", StackSamples, "--kallsyms", Kallsyms)]
    [InlineData("gate-6.1-blog.json", "json", StackSamples, "--kallsyms", Kallsyms)]
    [InlineData("gate-6.1-both.txt", "text", Tracepoints, StackSamples, "--kallsyms", Kallsyms, "--threshold", "200ms")]
    public void The_report_of_a_sample_is_as_it_was_found_good(string golden, string format, params string[] arguments)
    {
        var run = Netstall.Run(["analyze", "--format", format, .. arguments]);

        Assert.Equal((1, ""), (run.ExitCode, run.Error));
        GoldenFile.Holds(golden, run.Output);
    }

    [Fact]
    public void An_acquittal_is_as_it_was_found_good()
    {
        var run = Netstall.Run("analyze", Tracepoints, "--threshold", "1s");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        GoldenFile.Holds("gate-6.1-tp-acquitted.txt", run.Output);
    }

    [Theory]
    [InlineData("help.txt")]
    [InlineData("help-analyze.txt", "analyze")]
    [InlineData("help-collapse.txt", "collapse")]
    [InlineData("help-probe.txt", "probe")]
    public void The_help_is_as_it_was_found_good(string golden, params string[] command)
    {
        var run = Netstall.Run([.. command, "--help"]);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        GoldenFile.Holds(golden, run.Output);
    }
}
