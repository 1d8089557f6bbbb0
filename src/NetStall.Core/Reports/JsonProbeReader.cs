// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using NetStall.Model;
using NetStall.Probing;
using NetStall.Recordings;

namespace NetStall.Reports;

/// <summary>Reads what <see cref="JsonProbe"/> wrote, as far as a join with a node's report needs it.</summary>
public static class JsonProbeReader
{
    /// <param name="bytes">The whole file.</param>
    /// <param name="source">Its name, for messages.</param>
    /// <exception cref="UnreadableRecordingException">It is none, or a part of one.</exception>
    public static ProbeWitness Read(ReadOnlyMemory<byte> bytes, string source)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            var root = document.RootElement;
            if (root.TextOrNull("schema") != JsonProbe.Schema)
                throw new FormatException($"its schema is not {JsonProbe.Schema}");
            var (target, run) = (root.Object("target"), root.Object("run"));
            string address = target.Text("address");
            string port = target.TryGetProperty("port", out var p) && p.ValueKind == JsonValueKind.Number ? $"/{target.Number("port")}" : "";
            return new ProbeWitness(
                source, $"{address} ({target.Text("transport")}{port})", Positive(target.Milliseconds("intervalMs")), target.Milliseconds("thresholdMs"),
                run.Time("beginNs"), run.Time("endNs"), new RecordingClock("CLOCK_MONOTONIC", WallClock.Known(run.Time("beginNs"), run.TextOrNull("beginUtc"))),
                [.. root.Array("stalls").Select(ReadStall)], [.. root.Object("own").Array("longest").Select(ReadPause)]);
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            throw new UnreadableRecordingException(
                $"{Visible.Of(source)} is no report of `netstall probe --format json`: {Visible.Of(e.Message.TrimEnd('.'))}.", e);
        }
    }

    static ProbeStall ReadStall(JsonElement stall) => new(
        stall.Time("beginEarliestNs"), stall.Time("beginLatestNs"), stall.Time("endNs"), stall.Milliseconds("releaseSpreadMs"), stall.Number("late"),
        stall.Number("lost"), stall.Number("timely"), [.. stall.Array("lateFlows").Select(f => f.TryGetInt32(out int flow) ? flow : throw new FormatException("`lateFlows` holds no flow"))],
        stall.Text("reach") switch
        {
            "one-queue" => StallReach.OneQueue,
            "whole-host-or-path" => StallReach.WholeHost,
            "unknown" => StallReach.Unknown,
            _ => throw new FormatException("`reach` is none that is known"),
        },
        stall.Milliseconds("usualRttMs"))
    {
        BeginUnseen = stall.Flag("beginUnseen"),
    };

    static OwnPause ReadPause(JsonElement pause) => new(pause.Time("beginNs"), pause.Time("endNs"), null);

    static Elapsed Positive(Elapsed interval) => interval > Elapsed.Zero ? interval : throw new FormatException("`intervalMs` is nothing");
}
