// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using NetStall.Model;
using NetStall.Probing;
using NetStall.Recordings;

namespace NetStall.Reports;

/// <summary>Reads the stalls back out of a report of ours, <c>netstall.report/1</c>.</summary>
public static class JsonReportReader
{
    /// <summary>Whether a file begins as JSON does. No recording does.</summary>
    public static bool IsJson(ReadOnlySpan<byte> begin) => begin.TrimStart(" \t\r\n"u8) is [(byte)'{', ..];

    /// <param name="document">The whole file.</param>
    /// <param name="source">Its name, for messages.</param>
    /// <returns>One for each report in it: recordings whose clocks do not agree are judged apart.</returns>
    /// <exception cref="UnreadableRecordingException">It is no report.</exception>
    public static IReadOnlyList<(JsonElement Report, NodeWitness Node)> Read(JsonDocument document, string source)
    {
        try
        {
            var root = document.RootElement;
            return root.TextOrNull("schema") switch
            {
                JsonReport.Schema => [(root, ReadReport(root))],
                JsonReport.SchemaOfSeveral => [.. root.Array("reports").Select(r => (r, ReadReport(r)))],
                _ => throw new FormatException($"its schema is not {JsonReport.Schema}"),
            };
        }
        catch (FormatException e)
        {
            throw new UnreadableRecordingException($"{Visible.Of(source)} is no report of `netstall analyze --format json`: {Visible.Of(e.Message)}.", e);
        }
    }

    /// <summary>Whether the report said that the receive path was not the problem.</summary>
    public static bool Acquits(JsonElement report) =>
        report.TryGetProperty("acquittal", out var acquittal) && acquittal.ValueKind == JsonValueKind.Object
        && acquittal.TryGetProperty("stands", out var stands) && stands.ValueKind == JsonValueKind.True;

    static NodeWitness ReadReport(JsonElement report)
    {
        var stalls = report.Array("stalls").ToList();
        var wall = stalls.Count > 0 ? WallClock.Known(stalls[0].Time("beginNs"), stalls[0].TextOrNull("beginUtc")) : null;
        return new NodeWitness([.. stalls.Select(ReadStall)], null, new RecordingClock(report.Object("recording").TextOrNull("clock"), wall));
    }

    static NodeStall ReadStall(JsonElement stall)
    {
        string? culprit = null;
        if (stall.TryGetProperty("culprit", out var named) && named.ValueKind == JsonValueKind.Object)
            culprit = named.TextOrNull("comm") ?? named.TextOrNull("function");
        return new NodeStall(stall.Number("id"), new CpuId(stall.Number("cpu")), stall.Time("beginNs"), stall.Time("endNs"), stall.Flag("upTo"), culprit, stall.Text("mechanism"));
    }
}
