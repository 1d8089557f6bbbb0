// SPDX-License-Identifier: Apache-2.0
using NetStall.Tests.Cli;
using Xunit;

namespace NetStall.Tests.PerfData;

/// <summary>However a recording comes in, the same is said of it.</summary>
public sealed class WaysInTests
{
    const string Acquitted = "3 raises, 3 served, 0 unpaired; worst wait 0.00 ms; nothing lost.\nThis node's receive path was not the problem while it was recorded.\n";

    static string Corpus(string name) => Path.Combine(Samples.Root, "tests", "NetStall.Tests", "Corpus", "perf-data", name);

    static void Acquits(Netstall.Answer answer)
    {
        Assert.Equal(("", 0), (answer.Error, answer.ExitCode));
        Assert.EndsWith(Acquitted, answer.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("all-cgroups.data")]
    [InlineData("overwrite.data")]
    [InlineData("pipe.data")]
    [InlineData("threads.data")]
    [InlineData("zstd.data")]
    public void By_its_path(string name) => Acquits(Netstall.Run("analyze", Corpus(name)));

    [Theory]
    [InlineData("pipe.data")]
    [InlineData("zstd.data")]
    [InlineData("overwrite.data")]
    public void Through_a_pipe(string name) => Acquits(Netstall.Run(File.ReadAllBytes(Corpus(name)), "analyze", "-"));

    [Fact]
    public void Two_recordings_of_one_node_and_clock_are_one_timeline()
    {
        var answer = Netstall.Run("analyze", Corpus("zstd.data"), Corpus("all-cgroups.data"));

        Assert.Equal(("", 0), (answer.Error, answer.ExitCode));
        Assert.EndsWith(Acquitted.Replace("3 raises, 3 served", "6 raises, 6 served", StringComparison.Ordinal), answer.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pipe_that_is_cut_off_is_judged_as_far_as_it_goes()
    {
        byte[] whole = File.ReadAllBytes(Corpus("pipe.data"));
        var answer = Netstall.Run(whole[..^1001], "analyze", "-");

        Assert.Equal(("", 0), (answer.Error, answer.ExitCode));
        Assert.Contains("the file ends in the middle of a record; that record is left out", answer.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pipe_that_is_cut_off_before_it_began_is_refused()
    {
        var answer = Netstall.Run(File.ReadAllBytes(Corpus("pipe.data"))[..100], "analyze", "-");

        Assert.Equal((2, "netstall: standard input describes no event at all: the recording was cut off before it began. Record again.\n", ""), (answer.ExitCode, answer.Error, answer.Output));
    }
}
