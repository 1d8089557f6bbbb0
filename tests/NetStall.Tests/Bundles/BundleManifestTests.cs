// SPDX-License-Identifier: Apache-2.0
using System.Text;
using CsCheck;
using NetStall.Bundles;
using NetStall.Model;
using NetStall.Waits;
using Xunit;

namespace NetStall.Tests.Bundles;

public class BundleManifestTests
{
    static readonly BundleManifest Whole = new()
    {
        Version = "0.1.0+abc",
        Made = new DateTimeOffset(2026, 11, 23, 10, 28, 1, TimeSpan.Zero).AddTicks(1234567),
        Threshold = Elapsed.FromMilliseconds(10),
        Trigger = new LiveWait(new CpuId(3), new KernelTime(12_019_728_000), new KernelTime(12_347_604_400)),
        Recording = new RecordingAccount
        {
            Length = Elapsed.FromSeconds(30),
            Sampler = "cpu-clock",
            Samples = 59_940,
            Tracepoints = 1_000_000,
            Lost = 12,
            LostByCpu = [(new CpuId(1), 5), (new CpuId(127), 7)],
            Throttled = 0,
            OwnCpu = Elapsed.FromMilliseconds(312),
            OwnCpuOver = Elapsed.FromSeconds(600),
            Flaws = ["cpu3 went off line."],
        },
        Notes = ["No container runtime answered.", "A \"quoted\" <name>\n"],
        Files = [new BundleFile("perf.data", 1 << 20, Sha256Digest.Of("x"u8)), new BundleFile("steal.txt", 0, null)],
    };

    static BundleManifest? Read(string json) => BundleManifest.TryParse(Encoding.UTF8.GetBytes(json), out _);

    [Fact]
    public void What_is_written_is_read_back()
    {
        var read = BundleManifest.TryParse(Whole.ToJson(), out string problem);

        Assert.Equal("", problem);
        Assert.Equivalent(Whole, read, strict: true);
    }

    [Fact]
    public void What_is_not_told_is_null()
    {
        var read = BundleManifest.TryParse(new BundleManifest().ToJson(), out _);

        Assert.Equivalent(new BundleManifest(), read, strict: true);
    }

    [Fact]
    public void What_this_netstall_does_not_know_is_passed_over()
    {
        var read = Read("""{ "schema": "netstall.bundle/1", "moonPhase": { "full": true }, "version": "9", "trigger": { "cpu": 1, "beginNs": 5, "lengthNs": 2, "mood": [] } }""");

        Assert.Equal(("9", new LiveWait(new CpuId(1), new KernelTime(5), new KernelTime(7))), (read!.Version, read.Trigger));
    }

    [Theory]
    [InlineData("[]", "is no description of a bundle")]
    [InlineData("null", "is no description of a bundle")]
    [InlineData("""{ "schema": 1 }""", "is no description of a bundle")]
    [InlineData("""{ "schema": "netstall.report/1" }""", "is no description of a bundle")]
    [InlineData("""{ "schema": "netstall.bundle/2" }""", "was written by another netstall, in a form that this one does not know")]
    [InlineData("""{ "schema": "netstall.bundle/1" """, "cannot be understood")]
    [InlineData("", "cannot be understood")]
    public void What_is_no_manifest_says_why(string json, string why)
    {
        Assert.Null(BundleManifest.TryParse(Encoding.UTF8.GetBytes(json), out string problem));
        Assert.Equal(why, problem);
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("\u001b[31m")]
    [InlineData("\u202e")]
    public void A_file_whose_name_leads_elsewhere_is_none_of_the_bundle(string name)
    {
        var read = Read($$"""{ "schema": "netstall.bundle/1", "files": [ { "name": "{{name.Replace("\u001b", "\\u001b", StringComparison.Ordinal)}}", "bytes": 1 }, { "name": "perf.data", "bytes": 2 } ] }""");

        Assert.Equal([new BundleFile("perf.data", 2, null)], read!.Files);
    }

    [Theory]
    [InlineData("""{ "name": "perf.data", "bytes": -1 }""")]
    [InlineData("""{ "name": "perf.data", "bytes": 1e3 }""")]
    [InlineData("""{ "name": "perf.data", "bytes": 99999999999999999999 }""")]
    [InlineData("""{ "name": "perf.data", "bytes": "5" }""")]
    [InlineData("""{ "name": "\ud800", "bytes": 5 }""")]
    [InlineData("""[ "perf.data", 5 ]""")]
    [InlineData("null")]
    public void A_file_of_which_nothing_can_be_held_is_passed_over(string file) =>
        Assert.Empty(Read($$"""{ "schema": "netstall.bundle/1", "files": [ {{file}} ] }""")!.Files);

    [Theory]
    [InlineData("""{ "cpu": 70000, "beginNs": 1, "lengthNs": 1 }""")]
    [InlineData("""{ "cpu": 1, "beginNs": -1, "lengthNs": 1 }""")]
    [InlineData("""{ "cpu": 1, "beginNs": 9223372036854775807, "lengthNs": 1 }""")]
    [InlineData("7")]
    public void A_trigger_that_cannot_have_been_is_none(string trigger) =>
        Assert.Null(Read($$"""{ "schema": "netstall.bundle/1", "trigger": {{trigger}} }""")!.Trigger);

    [Fact]
    public void Any_bytes_are_an_answer() => Gen.Byte.Array[0, 200].Sample(bytes => BundleManifest.TryParse(bytes, out string problem) is null && problem.Length > 0);

    [Fact]
    public void Any_damage_is_an_answer()
    {
        byte[] whole = Whole.ToJson();
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte).Array[1, 6].Sample(damages =>
        {
            byte[] json = [.. whole];
            foreach (var (at, value) in damages)
                json[at] = value;
            return BundleManifest.TryParse(json, out string problem) is null == problem.Length > 0;
        });
    }
}
