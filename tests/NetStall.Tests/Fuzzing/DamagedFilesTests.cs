// SPDX-License-Identifier: Apache-2.0
using NetStall.Fuzz;
using Xunit;

namespace NetStall.Tests.Fuzzing;

/// <summary>The same few thousand damaged files at every run. `dotnet run --project fuzz -c Release -- --target perf-data --runs 1000000` tries more.</summary>
public sealed class DamagedFilesTests
{
    [Theory]
    [InlineData("perf-data", 1_000)]
    [InlineData("perf-script", 300)]
    [InlineData("ftrace", 300)]
    [InlineData("collapse", 100)]
    [InlineData("kallsyms", 300)]
    [InlineData("cgroup-map", 300)]
    [InlineData("perf-map", 300)]
    [InlineData("elf", 100)]
    [InlineData("probe", 2_000)]
    public void A_damaged_file_is_refused_or_judged_and_its_budgets_add_up(string target, int inputs)
    {
        var files = Seeds.Of(target);
        var random = new Random(20_191_121);
        int run = 0;
        var thrown = Record.Exception(() =>
        {
            for (; run < inputs; run++)
                Targets.All[target](Mutation.Of(files, random));
        });

        Assert.True(thrown is null, $"input {run}: {thrown}");
    }

    // Its 37th input loses the record that ended a wait: the time up to the next one was counted twice.
    [Fact]
    public void A_wait_whose_end_is_damaged_is_counted_once()
    {
        byte[][] files = [File.ReadAllBytes(Samples.TracepointsOfTheGate)];
        var random = new Random(3);
        for (int run = 0; run < 40; run++)
            Targets.All["perf-data"](Mutation.Of(files, random));
    }
}
