// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using NetStall.Model;
using NetStall.Probing;

namespace NetStall.Reports;

/// <summary>The object <c>probe</c> of a report that was joined with a run of probes.</summary>
public static class JsonJoin
{
    public static void Write(Utf8JsonWriter json, WitnessJoin join, ProbeWitness probe)
    {
        json.WriteStartObject("probe");
        json.WriteString("source", probe.Source);
        json.WriteString("target", probe.Target);
        WriteOffset(json, join.Offset);
        json.WriteStartArray("same");
        foreach (var (node, seen) in join.Same)
        {
            json.WriteStartObject();
            json.WriteNumber("stall", node.Id);
            WriteSeen(json, seen, probe);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("probeOnly");
        foreach (var (stall, why) in join.ProbeOnly)
        {
            json.WriteStartObject();
            WriteSeen(json, stall, probe);
            json.WriteString("why", why);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("nodeOnly");
        foreach (var (stall, why) in join.NodeOnly)
        {
            json.WriteStartObject();
            json.WriteNumber("stall", stall.Id);
            json.WriteString("why", why);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static string SurenessName(OffsetSureness sureness) => sureness switch
    {
        OffsetSureness.High => "high",
        OffsetSureness.Medium => "medium",
        OffsetSureness.Low => "low",
        _ => "assumed",
    };

    static void WriteOffset(Utf8JsonWriter json, ClockOffset? offset)
    {
        if (offset is null)
        {
            json.WriteNull("clocks");
            return;
        }
        json.WriteStartObject("clocks");
        json.WriteNumber("offsetNs", offset.Offset.Nanoseconds);
        if (offset.WallClocksDiffer is { } differ)
            WriteMs(json, "wallClocksDifferMs", differ);
        else
            json.WriteNull("wallClocksDifferMs");
        WriteMs(json, "spreadMs", offset.Spread);
        json.WriteNumber("matches", offset.Matches);
        json.WriteNumber("runnerUp", offset.RunnerUp);
        json.WriteString("sureness", SurenessName(offset.Sureness));
        json.WriteEndObject();
    }

    static void WriteSeen(Utf8JsonWriter json, ProbeStall stall, ProbeWitness probe)
    {
        json.WriteNumber("probeStall", IndexOf(probe.Stalls, stall) + 1);
        json.WriteString("beginUtc", WallClock.Utc(probe.Clock, stall.Begin));
        json.WriteString("endUtc", WallClock.Utc(probe.Clock, stall.End));
        WriteMs(json, "atLeastMs", stall.AtLeast);
        WriteMs(json, "atMostMs", stall.AtMost);
    }

    static int IndexOf(IReadOnlyList<ProbeStall> stalls, ProbeStall stall)
    {
        for (int i = 0; i < stalls.Count; i++)
        {
            if (ReferenceEquals(stalls[i], stall))
                return i;
        }
        return -1;
    }

    static void WriteMs(Utf8JsonWriter json, string name, Elapsed length) => json.WriteNumber(name, length.Nanoseconds / 1_000_000m);
}
