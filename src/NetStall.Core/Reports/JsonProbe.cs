// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using NetStall.Model;
using NetStall.Probing;

namespace NetStall.Reports;

/// <summary>A run of probes as JSON, <c>netstall.probe/1</c>: docs/probe.schema.json says what stands where. <see cref="JsonProbeReader"/> reads it back.</summary>
public static class JsonProbe
{
    public const string Schema = "netstall.probe/1";

    public static void Write(ProbeReport report, IBufferWriter<byte> output)
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.Default });
        json.WriteStartObject();
        json.WriteString("schema", Schema);
        WriteTarget(json, report);
        WriteProber(json, report.Prober);
        WriteRun(json, report);
        WriteRtt(json, report);
        json.WriteString("reach", ReachName(report.Reach));
        json.WriteStartArray("stalls");
        for (int i = 0; i < report.Stalls.Count; i++)
            WriteStall(json, i + 1, report.Stalls[i], report);
        json.WriteEndArray();
        WriteLate(json, report);
        json.WriteStartArray("flows");
        foreach (var flow in report.Flows)
            WriteFlow(json, flow);
        json.WriteEndArray();
        WriteOwn(json, report);
        json.WriteStartArray("notes");
        foreach (string note in report.Notes)
            json.WriteStringValue(note);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static string TransportName(ProbeTransport transport) => transport switch
    {
        ProbeTransport.Icmp => "icmp",
        ProbeTransport.Tcp => "tcp",
        _ => "udp",
    };

    public static string ReachName(StallReach reach) => reach switch
    {
        StallReach.OneQueue => "one-queue",
        StallReach.WholeHost => "whole-host-or-path",
        _ => "unknown",
    };

    static void WriteTarget(Utf8JsonWriter json, ProbeReport report)
    {
        json.WriteStartObject("target");
        json.WriteString("name", report.Target.Name);
        json.WriteString("address", report.Target.Address);
        json.WriteString("transport", TransportName(report.Plan.Transport));
        WriteNumberOrNull(json, "port", report.Plan.Port);
        json.WriteNumber("flows", report.Plan.Flows);
        WriteMs(json, "intervalMs", report.Plan.Interval);
        WriteMs(json, "thresholdMs", report.Plan.Threshold);
        json.WriteEndObject();
    }

    static void WriteProber(Utf8JsonWriter json, ProberFacts prober)
    {
        json.WriteStartObject("prober");
        json.WriteString("host", prober.Host);
        json.WriteString("stamps", prober.Stamps);
        json.WriteBoolean("realTime", prober.IsRealTime);
        json.WriteStartArray("controlledCpus");
        foreach (var cpu in prober.Controlled)
            json.WriteNumberValue(cpu.Value);
        json.WriteEndArray();
        json.WriteNumber("cpus", prober.CpusOnline);
        json.WriteEndObject();
    }

    static void WriteRun(Utf8JsonWriter json, ProbeReport report)
    {
        json.WriteStartObject("run");
        WriteTime(json, "begin", report.Begin, report);
        WriteTime(json, "end", report.End, report);
        json.WriteNumber("seconds", Math.Round((report.End - report.Begin).Nanoseconds / 1e9, 6));
        json.WriteNumber("sent", report.Sent);
        json.WriteNumber("answered", report.Answered);
        json.WriteNumber("lost", report.Lost);
        json.WriteNumber("longestLoss", report.LongestLoss);
        json.WriteNumber("skipped", report.Skipped);
        json.WriteNumber("strays", report.Strays);
        json.WriteEndObject();
    }

    static void WriteRtt(Utf8JsonWriter json, ProbeReport report)
    {
        if (report.Percentiles.Count == 0)
        {
            json.WriteNull("rttMs");
            return;
        }
        json.WriteStartObject("rttMs");
        foreach (var (percent, rtt) in report.Percentiles)
            WriteMs(json, PercentName(percent), rtt);
        json.WriteEndObject();
    }

    static string PercentName(double percent) => percent switch
    {
        0 => "min",
        100 => "max",
        _ => "p" + percent.ToString(CultureInfo.InvariantCulture).Replace(".", "", StringComparison.Ordinal),
    };

    static void WriteStall(Utf8JsonWriter json, int id, ProbeStall stall, ProbeReport report)
    {
        json.WriteStartObject();
        json.WriteNumber("id", id);
        WriteTime(json, "begin", stall.Begin, report);
        json.WriteNumber("beginEarliestNs", stall.BeginEarliest.Nanoseconds);
        json.WriteNumber("beginLatestNs", stall.BeginLatest.Nanoseconds);
        json.WriteBoolean("beginUnseen", stall.BeginUnseen);
        WriteTime(json, "end", stall.End, report);
        WriteMs(json, "lengthMs", stall.Length);
        WriteMs(json, "atLeastMs", stall.AtLeast);
        WriteMs(json, "atMostMs", stall.AtMost);
        WriteMs(json, "releaseSpreadMs", stall.ReleaseSpread);
        WriteMs(json, "usualRttMs", stall.Usual);
        json.WriteNumber("late", stall.Late);
        json.WriteNumber("lost", stall.Lost);
        json.WriteNumber("timely", stall.Timely);
        json.WriteStartArray("lateFlows");
        foreach (int flow in stall.LateFlows)
            json.WriteNumberValue(flow);
        json.WriteEndArray();
        json.WriteString("reach", ReachName(stall.Reach));
        json.WriteEndObject();
    }

    static void WriteLate(Utf8JsonWriter json, ProbeReport report)
    {
        json.WriteStartObject("lateAnswers");
        json.WriteNumber("count", report.LateAnswerCount);
        json.WriteStartArray("first");
        foreach (var late in report.LateAnswers)
        {
            json.WriteStartObject();
            json.WriteNumber("flow", late.Flow);
            json.WriteNumber("sentNs", late.Sent.Nanoseconds);
            json.WriteNumber("receivedNs", late.Received.Nanoseconds);
            WriteMs(json, "delayMs", late.Delay);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void WriteFlow(Utf8JsonWriter json, FlowCount flow)
    {
        json.WriteStartObject();
        json.WriteNumber("flow", flow.Flow);
        WriteNumberOrNull(json, "port", flow.Port);
        json.WriteNumber("sent", flow.Sent);
        json.WriteNumber("answered", flow.Answered);
        json.WriteNumber("lost", flow.Lost);
        json.WriteNumber("stalls", flow.Stalls);
        json.WriteNumber("lateAnswers", flow.LateAnswers);
        json.WriteEndObject();
    }

    static void WriteOwn(Utf8JsonWriter json, ProbeReport report)
    {
        json.WriteStartObject("own");
        json.WriteNumber("pauses", report.PauseCount);
        WriteMs(json, "worstMs", report.WorstPause);
        WriteMs(json, "unsentMs", report.Unsent);
        json.WriteNumber("withheld", report.Withheld);
        json.WriteStartArray("longest");
        foreach (var pause in report.Pauses)
        {
            json.WriteStartObject();
            WriteNumberOrNull(json, "cpu", pause.Cpu?.Value);
            json.WriteNumber("beginNs", pause.Begin.Nanoseconds);
            json.WriteNumber("endNs", pause.End.Nanoseconds);
            WriteMs(json, "ms", pause.Length);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void WriteTime(Utf8JsonWriter json, string name, KernelTime time, ProbeReport report)
    {
        json.WriteNumber($"{name}Ns", time.Nanoseconds);
        json.WriteString($"{name}Utc", WallClock.Utc(report.Clock, time));
    }

    static void WriteMs(Utf8JsonWriter json, string name, Elapsed length) => json.WriteNumber(name, length.Nanoseconds / 1_000_000m);

    static void WriteNumberOrNull(Utf8JsonWriter json, string name, int? value)
    {
        if (value is { } number)
            json.WriteNumber(name, number);
        else
            json.WriteNull(name);
    }
}
