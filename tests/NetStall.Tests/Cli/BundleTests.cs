// SPDX-License-Identifier: Apache-2.0
using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using NetStall.Bundles;
using Xunit;

namespace NetStall.Tests.Cli;

/// <summary>Folders as netstall record makes them, and what becomes of them on the way.</summary>
public sealed class BundleTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("netstall-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    string Make(Func<BundleManifest, byte[]>? manifest = null, string name = "node7")
    {
        string bundle = Path.Combine(_folder, name);
        Directory.CreateDirectory(bundle);
        File.Copy(Samples.SamplesOfTheGate, Path.Combine(bundle, "perf.data"));
        File.Copy(Samples.KallsymsOfTheGate, Path.Combine(bundle, "kallsyms.gz"));
        File.WriteAllText(Path.Combine(bundle, "cgroups.txt"), "pid:128 /system.slice/metrics-agent.service\n");
        var whole = new BundleManifest
        {
            Version = "0.1.0",
            Files = [.. Directory.GetFiles(bundle).Order(StringComparer.Ordinal).Select(Described)],
        };
        File.WriteAllBytes(Path.Combine(bundle, "netstall.json"), manifest is null ? whole.ToJson() : manifest(whole));
        return bundle;
    }

    static BundleFile Described(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        return new BundleFile(Path.GetFileName(path), bytes.Length, Sha256Digest.Of(bytes));
    }

    string Tar(string bundle, string name = "node7.tgz")
    {
        string path = Path.Combine(_folder, name);
        using var file = File.Create(path);
        using var target = name.EndsWith(".tgz", StringComparison.Ordinal) ? (Stream)new GZipStream(file, CompressionLevel.Fastest) : file;
        TarFile.CreateFromDirectory(bundle, target, includeBaseDirectory: true);
        return path;
    }

    // Reports differ in the name of what was read, and in what a bundle tells of its recorder.
    static string[] Verdict(Netstall.Answer answer) =>
        [.. answer.Output.Split('\n')[1..].Where(l => !l.StartsWith("Recorded by ", StringComparison.Ordinal))];

    static void Refused(string sentence, Netstall.Answer answer) => Assert.Equal(new Netstall.Answer(2, "", $"netstall: {sentence}\n"), answer);

    [Fact]
    public void A_bundle_brings_its_symbols_and_its_names()
    {
        string bundle = Make();
        var alone = Netstall.Run("analyze", Samples.SamplesOfTheGate, "--kallsyms", Samples.KallsymsOfTheGate, "--cgroup-map", Path.Combine(bundle, "cgroups.txt"));
        var whole = Netstall.Run("analyze", bundle);

        Assert.Equal((1, ""), (whole.ExitCode, whole.Error));
        Assert.Contains("metrics-agent.service", whole.Output, StringComparison.Ordinal);
        Assert.Equal(Verdict(alone), Verdict(whole));
    }

    [Fact]
    public void Its_stacks_have_names_in_collapse_too() => Assert.Equal(
        Netstall.Run("collapse", Samples.SamplesOfTheGate, "--kallsyms", Samples.KallsymsOfTheGate),
        Netstall.Run("collapse", Make()));

    [Theory]
    [InlineData("node7.tar")]
    [InlineData("node7.tgz")]
    public void A_tar_of_it_is_judged_as_it_is(string name)
    {
        string bundle = Make();
        string tar = Tar(bundle, name);
        var folder = Netstall.Run("analyze", bundle);

        var file = Netstall.Run("analyze", tar);
        var pipe = Netstall.Run(File.ReadAllBytes(tar), "analyze", "-");

        Assert.Equal((1, ""), (file.ExitCode, file.Error));
        Assert.Equal(folder.Output.Split('\n')[1..], file.Output.Split('\n')[1..]);
        Assert.StartsWith(tar, file.Output, StringComparison.Ordinal);
        Assert.Equal(folder.Output.Split('\n')[1..], pipe.Output.Split('\n')[1..]);
    }

    [Fact]
    public void A_part_that_was_altered_is_told()
    {
        string bundle = Make();
        string map = Path.Combine(bundle, "cgroups.txt");
        File.WriteAllText(map, File.ReadAllText(map).Replace("metrics", "nothing", StringComparison.Ordinal));

        var answer = Netstall.Run("analyze", bundle);

        Assert.Equal(1, answer.ExitCode);
        Assert.Contains("cgroups.txt is not as it was when the bundle was made: its SHA-256 differs; what is there is judged", answer.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_part_that_is_missing_or_shorter_or_new_is_told()
    {
        string bundle = Make();
        File.Delete(Path.Combine(bundle, "cgroups.txt"));
        File.WriteAllText(Path.Combine(bundle, "steal.txt"), "1 0 0\n");
        string recording = Path.Combine(bundle, "perf.data");
        byte[] whole = File.ReadAllBytes(recording);
        File.WriteAllBytes(recording, whole[..(whole.Length / 2)]);

        var answer = Netstall.Run("analyze", bundle);

        Assert.Equal(1, answer.ExitCode);
        Assert.Contains("cgroups.txt is missing", answer.Output, StringComparison.Ordinal);
        Assert.Contains("steal.txt was not there when the bundle was made", answer.Output, StringComparison.Ordinal);
        Assert.Contains($"perf.data has {whole.Length / 2} bytes, and had {whole.Length} when the bundle was made", answer.Output, StringComparison.Ordinal);
        Assert.Contains("metrics-agent (pid 128) in setgroups() held the CPU", answer.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Symbols_that_are_damaged_cost_their_names_and_nothing_else()
    {
        string bundle = Make();
        File.WriteAllBytes(Path.Combine(bundle, "kallsyms.gz"), [0x1f, 0x8b, 8, 0, .. new byte[100]]);

        var answer = Netstall.Run("analyze", bundle);

        Assert.NotEqual(2, answer.ExitCode);
        Assert.Contains("kallsyms.gz is damaged; kernel functions have no names", answer.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]", "netstall.json is no description of a bundle")]
    [InlineData("", "netstall.json cannot be understood")]
    [InlineData("""{ "schema": "netstall.bundle/9" }""", "netstall.json was written by another netstall, in a form that this one does not know")]
    public void A_manifest_that_is_none_costs_nothing_else(string manifest, string told)
    {
        var answer = Netstall.Run("analyze", Make(_ => Encoding.UTF8.GetBytes(manifest)));

        Assert.Equal(1, answer.ExitCode);
        Assert.Contains(told, answer.Output, StringComparison.Ordinal);
    }

    // What a stranger sent is unpacked by tar, links and all, and read by root.
    [Fact]
    public void A_link_in_a_bundle_is_not_followed()
    {
        string bundle = Make();
        string secret = Path.Combine(_folder, "shadow");
        File.WriteAllText(secret, "root:secret-hash:19000\n");
        File.Delete(Path.Combine(bundle, "cgroups.txt"));
        File.CreateSymbolicLink(Path.Combine(bundle, "cgroups.txt"), secret);

        var answer = Netstall.Run("analyze", bundle);

        Assert.Contains("cgroups.txt is no file but a link or a pipe, and is left out", answer.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-hash", answer.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_recording_that_was_never_finished_is_refused_with_the_way_out()
    {
        string bundle = Make();
        File.Delete(Path.Combine(bundle, "netstall.json"));

        Refused($"{bundle} was never finished: it holds no netstall.json. The recording itself is whole: `netstall analyze {bundle}/perf.data`.", Netstall.Run("analyze", bundle));
    }

    [Fact]
    public void What_a_killed_recorder_leaves_is_refused_with_the_way_out()
    {
        string folder = Directory.CreateDirectory(Path.Combine(_folder, "node7.partial")).FullName;
        Refused($"{folder} was never finished, and holds no recording: record again.", Netstall.Run("analyze", folder));

        File.Copy(Samples.SamplesOfTheGate, Path.Combine(folder, "perf.data.partial"));
        Refused(
            $"{folder} was never finished, since its recorder was killed. Stacks can still be read from its perf.data.partial, tracepoints cannot: record again.",
            Netstall.Run("analyze", folder));
        Refused(
            $"{_folder}/node7.tgz: node7.partial was never finished, since its recorder was killed. Stacks can still be read from its perf.data.partial, tracepoints cannot: record again.",
            Netstall.Run("analyze", Tar(folder)));
    }

    [Fact]
    public void A_bundle_that_lacks_its_name_alone_is_refused_with_the_way_out()
    {
        string bundle = Make(name: "node7.partial");

        Refused(
            $"{bundle} is a bundle that only lacks its name, since netstall was stopped right before it gave it: `mv {bundle} {_folder}/node7` and analyze that.",
            Netstall.Run("analyze", bundle));
    }

    [Fact]
    public void A_folder_as_perf_makes_it_is_still_one_of_perf()
    {
        string folder = Directory.CreateDirectory(Path.Combine(_folder, "perf.data.partial")).FullName;
        File.Copy(Samples.TracepointsOfTheGate, Path.Combine(folder, "data"));

        Assert.Equal(1, Netstall.Run("analyze", folder).ExitCode);
    }
}
