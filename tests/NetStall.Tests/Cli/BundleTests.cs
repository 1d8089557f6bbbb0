// SPDX-License-Identifier: Apache-2.0
using Xunit;

namespace NetStall.Tests.Cli;

/// <summary>Folders as netstall record makes them.</summary>
public sealed class BundleTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("netstall-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    string Make(string manifest)
    {
        string bundle = Path.Combine(_folder, "node7");
        Directory.CreateDirectory(bundle);
        File.Copy(Samples.SamplesOfTheGate, Path.Combine(bundle, "perf.data"));
        File.Copy(Samples.KallsymsOfTheGate, Path.Combine(bundle, "kallsyms.gz"));
        File.WriteAllText(Path.Combine(bundle, "cgroups.txt"), "pid:128 /system.slice/metrics-agent.service\n");
        File.WriteAllText(Path.Combine(bundle, "netstall.json"), manifest);
        return bundle;
    }

    static string Manifest(long bytes) =>
        $$"""{ "schema": "netstall.bundle/1", "files": [ { "name": "perf.data", "bytes": {{bytes}} }, { "name": "../../etc/passwd", "bytes": 1 } ] }""";

    static long Size => new FileInfo(Samples.SamplesOfTheGate).Length;

    [Fact]
    public void A_bundle_brings_its_symbols_and_its_names()
    {
        string bundle = Make(Manifest(Size).Replace(", { \"name\": \"../../etc/passwd\", \"bytes\": 1 }", "", StringComparison.Ordinal));
        var alone = Netstall.Run("analyze", Samples.SamplesOfTheGate, "--kallsyms", Samples.KallsymsOfTheGate, "--cgroup-map", Path.Combine(bundle, "cgroups.txt"));
        var whole = Netstall.Run("analyze", bundle);

        Assert.Equal(1, whole.ExitCode);
        Assert.Contains("metrics-agent.service", whole.Output, StringComparison.Ordinal);
        // They differ in the name of what was read.
        Assert.Equal(alone.Output.Split('\n')[1..], whole.Output.Split('\n')[1..]);
    }

    [Fact]
    public void A_bundle_that_lost_a_part_says_so_and_is_judged()
    {
        var answer = Netstall.Run("analyze", Make(Manifest(Size + 1)));

        Assert.Equal(1, answer.ExitCode);
        Assert.Contains($"perf.data has {Size} bytes, and had {Size + 1} when it was made", answer.Output, StringComparison.Ordinal);
        Assert.Contains("passwd is missing", answer.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_manifest_that_is_none_costs_nothing_else()
    {
        var answer = Netstall.Run("analyze", Make("[]"));

        Assert.Equal(1, answer.ExitCode);
        Assert.Contains("netstall.json cannot be understood", answer.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_recording_that_was_never_finished_is_refused_with_the_way_out()
    {
        string bundle = Make("");
        File.Delete(Path.Combine(bundle, "netstall.json"));

        Assert.Equal(
            new Netstall.Answer(2, "", $"netstall: {bundle} was never finished: it holds no netstall.json. The recording itself is whole: give its perf.data.\n"),
            Netstall.Run("analyze", bundle));
    }

    [Fact]
    public void What_a_killed_recorder_leaves_is_refused_with_the_way_out()
    {
        string folder = Directory.CreateDirectory(Path.Combine(_folder, "node7.partial")).FullName;
        File.Copy(Samples.SamplesOfTheGate, Path.Combine(folder, "perf.data.partial"));

        Assert.Equal(
            new Netstall.Answer(2, "", $"netstall: {folder} was never finished, since its recorder was killed. Stacks can still be read from its perf.data.partial, tracepoints cannot: record again.\n"),
            Netstall.Run("analyze", folder));
    }
}
