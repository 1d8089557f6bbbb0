// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Text;
using System.Text.Json;
using CsCheck;
using NetStall.Model;
using NetStall.Probing;
using NetStall.Recordings;
using NetStall.Reports;
using Xunit;

namespace NetStall.Tests.Reports;

public sealed class JsonProbeTests
{
    static readonly string SchemaFile = Path.Combine(Samples.Root, "docs", "probe.schema.json");

    static KernelTime Ms(long milliseconds) => new(milliseconds * 1_000_000 + 7);

    public static ProbeReport Report(string name = "node-17", params ProbeStall[] stalls) => new(
        new ProbeTarget(name, "10.0.0.2"), new ProbePlan(ProbeTransport.Tcp, 443, 2, Elapsed.FromMilliseconds(10), Elapsed.FromMilliseconds(30)),
        new ProberFacts("here", "kernel-rtt", true, [new CpuId(0), new CpuId(3)], 4), new RecordingClock("CLOCK_MONOTONIC", (Ms(0), 1_795_000_000_123_456_789)),
        Ms(1000), Ms(61_000), 12_000, 11_990, 10, 3, 4, 1, [.. ((double[])[0, 50, 90, 99, 99.9, 99.99, 100]).Select(p => (p, Elapsed.FromMicroseconds((long)(p * 1000))))],
        stalls, [new LateAnswer(1, Ms(30), Ms(80), Elapsed.FromMilliseconds(49))], 1,
        [new FlowCount(0, 40_000, 6000, 6000, 0, 1, 0), new FlowCount(1, 40_001, 6000, 5990, 10, 0, 1)],
        2, [new OwnPause(Ms(7), Ms(19), new CpuId(3)), new OwnPause(Ms(8), Ms(20), null)], 2, Elapsed.FromMilliseconds(12), Elapsed.FromMilliseconds(12), ["A note <b>."]);

    public static ProbeStall Stall(long begin, long end) =>
        new(Ms(begin), Ms(begin + 10), Ms(end), Elapsed.FromMicroseconds(90), 5, 1, 9, [1], StallReach.OneQueue, Elapsed.FromMicroseconds(210));

    public static byte[] Json(ProbeReport report)
    {
        var output = new ArrayBufferWriter<byte>();
        JsonProbe.Write(report, output);
        return output.WrittenSpan.ToArray();
    }

    static void Fits(byte[] json)
    {
        var schema = JsonSchema.Load(SchemaFile);
        Assert.True(schema.Holds(JsonDocument.Parse(json).RootElement), string.Join("\n", schema.Errors));
    }

    [Fact]
    public void A_report_fits_the_schema()
    {
        Fits(Json(Report("node-17", Stall(100, 160), Stall(500, 544) with { BeginUnseen = true, BeginEarliest = Ms(510) })));
        Fits(Json(Report() with { Percentiles = [], Plan = new ProbePlan(ProbeTransport.Icmp, null, 1, Elapsed.FromMilliseconds(10), Elapsed.FromMilliseconds(30)) }));
    }

    [Fact]
    public void Every_property_of_the_schema_is_required_and_none_may_be_added()
    {
        var definitions = JsonDocument.Parse(File.ReadAllText(SchemaFile)).RootElement.GetProperty("$defs").EnumerateObject().ToList();

        Assert.True(definitions.Count >= 10);
        Assert.All(definitions, d =>
        {
            Assert.False(d.Value.GetProperty("additionalProperties").GetBoolean());
            Assert.Equal(d.Value.GetProperty("properties").EnumerateObject().Select(p => p.Name), d.Value.GetProperty("required").EnumerateArray().Select(r => r.GetString()!));
        });
    }

    [Fact]
    public void What_is_joined_is_read_back_as_it_was()
    {
        var report = Report("node-17", Stall(100, 160), Stall(500, 544));

        var read = JsonProbeReader.Read(Json(report), "probe.json");

        Assert.Equal(report.Stalls.Select(s => s with { LateFlows = [] }), read.Stalls.Select(s => s with { LateFlows = [] }));
        Assert.Equal(("10.0.0.2 (tcp/443)", report.Begin, report.End, report.Plan.Interval, report.Plan.Threshold), (read.Target, read.Begin, read.End, read.Interval, read.Threshold));
        Assert.Equal(report.Pauses.Select(p => (p.Begin, p.End)), read.Pauses.Select(p => (p.Begin, p.End)));
        // The same wall clock, though told of another moment.
        Assert.Equal(WallClock.Utc(report.Clock, Ms(5000)), WallClock.Utc(read.Clock, Ms(5000)));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("")]
    [InlineData("{\"schema\":\"netstall.report/1\"}")]
    public void What_is_no_probe_report_is_told_so(string text)
    {
        var e = Assert.Throws<UnreadableRecordingException>(() => JsonProbeReader.Read(Encoding.UTF8.GetBytes(text), "x\u001b.json"));

        Assert.StartsWith("x\\x1b.json is no report of `netstall probe --format json`: ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_report_is_refused_or_read_and_nothing_else()
    {
        byte[] whole = Json(Report("node-17", Stall(100, 160)));
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte, Gen.Bool).Sample((at, value, cut) =>
        {
            byte[] damaged = cut ? whole[..at] : [.. whole[..at], value, .. whole[(at + 1)..]];
            try
            {
                JsonProbeReader.Read(damaged, "x");
            }
            catch (UnreadableRecordingException)
            {
                // As it should be.
            }
        }, iter: 2000);
    }
}
