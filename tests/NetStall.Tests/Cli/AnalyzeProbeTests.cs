// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using NetStall.Model;
using NetStall.Recordings;
using NetStall.Tests.Reports;
using Xunit;

namespace NetStall.Tests.Cli;

/// <summary><c>analyze … --probe FILE</c> of a recorded node, and of probes made up to what it lived through.</summary>
public sealed class AnalyzeProbeTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("netstall-probe-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    string InFolder(string name) => Path.Combine(_folder, name);

    // Probes whose clock is 3.5 s ahead of the node's and whose wall clock is 12 ms off; every fourth stall is not among them.
    string ProbeOf(JsonElement report)
    {
        long toProbe = 3_500_000_000;
        var stalls = report.GetProperty("stalls").EnumerateArray().Where((_, i) => i % 4 != 3).Select(s =>
        {
            var (begin, end) = (new KernelTime(s.GetProperty("beginNs").GetInt64() + toProbe), new KernelTime(s.GetProperty("endNs").GetInt64() + toProbe));
            return JsonProbeTests.Stall(0, 0) with { BeginEarliest = begin - Elapsed.FromMilliseconds(4), BeginLatest = begin + Elapsed.FromMilliseconds(6), End = end };
        }).ToArray();
        var first = report.GetProperty("stalls")[0];
        long wall = DateTimeOffset.Parse(first.GetProperty("beginUtc").GetString()!, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds() * 1_000_000;
        var probe = JsonProbeTests.Report("node", stalls) with
        {
            Clock = new RecordingClock("CLOCK_MONOTONIC", (new KernelTime(first.GetProperty("beginNs").GetInt64() + toProbe), wall + 12_000_000)),
            Begin = stalls[0].Begin - Elapsed.FromSeconds(1),
            End = stalls[^1].End + Elapsed.FromSeconds(1),
            Pauses = [],
        };
        File.WriteAllBytes(InFolder("probe.json"), JsonProbeTests.Json(probe));
        return InFolder("probe.json");
    }

    static JsonElement Analyzed(params string[] arguments) => JsonDocument.Parse(Netstall.Run(["analyze", "--format", "json", .. arguments]).Output).RootElement;

    [Fact]
    public void A_recording_and_the_report_made_of_it_are_joined_alike()
    {
        var plain = Netstall.Run("analyze", "--format", "json", Samples.TracepointsOfTheGate);
        File.WriteAllText(InFolder("report.json"), plain.Output);
        string probe = ProbeOf(JsonDocument.Parse(plain.Output).RootElement);

        var ofRecording = Analyzed(Samples.TracepointsOfTheGate, "--probe", probe);
        var ofReport = Analyzed(InFolder("report.json"), "--probe", probe);

        int stalls = ofRecording.GetProperty("stalls").GetArrayLength();
        var join = ofRecording.GetProperty("probe");
        Assert.Equal((stalls - stalls / 4, stalls / 4, 0), (join.GetProperty("same").GetArrayLength(), join.GetProperty("nodeOnly").GetArrayLength(), join.GetProperty("probeOnly").GetArrayLength()));
        Assert.InRange(join.GetProperty("clocks").GetProperty("offsetNs").GetInt64(), -3_500_001_000, -3_499_999_000);
        Assert.InRange(join.GetProperty("clocks").GetProperty("wallClocksDifferMs").GetDouble(), -14, -10);
        Assert.Equal("high", join.GetProperty("clocks").GetProperty("sureness").GetString());
        foreach (string list in (string[])["same", "nodeOnly"])
            Assert.Equal(join.GetProperty(list).ToString(), ofReport.GetProperty("probe").GetProperty(list).ToString());
        var schema = JsonSchema.Load(Path.Combine(Samples.Root, "docs", "report.schema.json"));
        Assert.True(schema.Holds(ofRecording) && schema.Holds(ofReport), string.Join("\n", schema.Errors));
    }

    [Fact]
    public void The_text_tells_the_same_stalls_and_what_one_side_alone_saw()
    {
        var plain = Netstall.Run("analyze", "--format", "json", Samples.TracepointsOfTheGate);
        string probe = ProbeOf(JsonDocument.Parse(plain.Output).RootElement);

        var answer = Netstall.Run("analyze", Samples.TracepointsOfTheGate, "--probe", probe);

        Assert.Equal((1, ""), (answer.ExitCode, answer.Error));
        Assert.Contains("  same stall, two witnesses: cpu1 at ", answer.Output, StringComparison.Ordinal);
        Assert.Contains("  by the node alone, ", answer.Output, StringComparison.Ordinal);
        Assert.Contains(": sure\n", answer.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_probe_report_is_refused_before_the_recording_is_read()
    {
        File.WriteAllText(InFolder("not.json"), "{\"schema\":\"other\"}");

        var answer = Netstall.Run("analyze", Samples.TracepointsOfTheGate, "--probe", InFolder("not.json"));

        Assert.Equal((2, ""), (answer.ExitCode, answer.Output));
        Assert.EndsWith("is no report of `netstall probe --format json`: its schema is not netstall.probe/1.\n", answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_reports_are_joined_each_and_no_report_with_a_recording()
    {
        var plain = Netstall.Run("analyze", "--format", "json", Samples.TracepointsOfTheGate);
        File.WriteAllText(InFolder("one.json"), plain.Output);
        File.WriteAllText(InFolder("two.json"), plain.Output);
        string probe = ProbeOf(JsonDocument.Parse(plain.Output).RootElement);

        var both = Analyzed(InFolder("one.json"), InFolder("two.json"), "--probe", probe);
        var mixed = Netstall.Run("analyze", InFolder("one.json"), Samples.TracepointsOfTheGate, "--probe", probe);

        Assert.All(both.GetProperty("reports").EnumerateArray(), r => Assert.True(r.GetProperty("probe").GetProperty("same").GetArrayLength() > 2));
        Assert.Equal(2, mixed.ExitCode);
        Assert.EndsWith("is none: join either reports or recordings.\n", mixed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_needs_the_recording_is_not_passed_over_for_a_report()
    {
        var plain = Netstall.Run("analyze", "--format", "json", Samples.TracepointsOfTheGate);
        File.WriteAllText(InFolder("report.json"), plain.Output);
        string probe = ProbeOf(JsonDocument.Parse(plain.Output).RootElement);

        var answer = Netstall.Run("analyze", InFolder("report.json"), "--probe", probe, "--redact");

        Assert.Equal(new Netstall.Answer(2, "", "netstall: A report is joined as it is: --redact, --at, --since, --cpu, --kallsyms and --cgroup-map need the recording.\n"), answer);
    }

    [Fact]
    public void The_output_is_never_written_over_an_input()
    {
        var plain = Netstall.Run("analyze", "--format", "json", Samples.TracepointsOfTheGate);
        File.WriteAllText(InFolder("report.json"), plain.Output);
        string probe = ProbeOf(JsonDocument.Parse(plain.Output).RootElement);

        Assert.Equal(2, Netstall.Run("analyze", InFolder("report.json"), "--probe", probe, "-o", InFolder("report.json")).ExitCode);
        Assert.Equal(2, Netstall.Run("analyze", InFolder("report.json"), "--probe", probe, "-o", probe).ExitCode);
        Assert.Equal(2, Netstall.Run("analyze", Samples.TracepointsOfTheGate, "--probe", probe, "-o", probe).ExitCode);
        Assert.Equal(plain.Output, File.ReadAllText(InFolder("report.json")));
    }
}
