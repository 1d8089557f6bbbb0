// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using NetStall.Budgets;
using NetStall.Model;
using NetStall.Recordings;
using NetStall.Verdicts;
using NetStall.Waits;

namespace NetStall.Reports;

/// <summary>The report as JSON, <c>netstall.report/1</c>: docs/report.schema.json says what stands where. Unknown is null, never -1 or "".</summary>
public static class JsonReport
{
    public const string Schema = "netstall.report/1";
    public const string SchemaOfSeveral = "netstall.reports/1";

    /// <summary>UTF-8. Every name from the recording is escaped by the writer, control characters and angle brackets included.</summary>
    /// <param name="joinOf">Writes what probes saw of a report's stalls; null without probes.</param>
    public static void Write(
        IReadOnlyList<Report> reports, IBufferWriter<byte> output, Redaction? redaction = null, bool indented = true, Action<Utf8JsonWriter, Report>? joinOf = null)
    {
        redaction ??= Redaction.None;
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = indented, Encoder = JavaScriptEncoder.Default });
        if (reports.Count == 1)
        {
            Write(json, reports[0], redaction, joinOf);
            return;
        }
        // Recordings whose clocks do not agree are judged apart.
        json.WriteStartObject();
        json.WriteString("schema", SchemaOfSeveral);
        json.WriteStartArray("reports");
        foreach (var report in reports)
            Write(json, report, redaction, joinOf);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void Write(Utf8JsonWriter json, Report report, Redaction redaction, Action<Utf8JsonWriter, Report>? joinOf)
    {
        json.WriteStartObject();
        json.WriteString("schema", Schema);
        WriteRecording(json, report, redaction);
        WriteCoverage(json, report.Coverage);
        WriteAcquittal(json, Acquittal.Of(report));
        json.WriteStartArray("stalls");
        for (int i = 0; i < report.Stalls.Count; i++)
            WriteStall(json, i + 1, report.Stalls[i], report.Recording, redaction);
        json.WriteEndArray();
        json.WriteStartArray("culprits");
        foreach (var ranked in report.Ranking)
            WriteRanked(json, ranked, redaction);
        json.WriteEndArray();
        joinOf?.Invoke(json, report);
        json.WriteEndObject();
    }

    static void WriteRecording(Utf8JsonWriter json, Report report, Redaction redaction)
    {
        var recording = report.Recording;
        json.WriteStartObject("recording");
        json.WriteString("source", redaction.Of(recording.Source));
        json.WriteString("format", recording.Format);
        WriteStringOrNull(json, "host", redaction.Of(recording.Host));
        WriteStringOrNull(json, "kernel", recording.KernelRelease);
        WriteStringOrNull(json, "clock", recording.Clock.Name);
        json.WriteStartArray("cpus");
        foreach (var cpu in report.Coverage.Cpus)
            json.WriteNumberValue(cpu.Value);
        json.WriteEndArray();
        json.WriteNumber("seconds", Math.Round(report.Coverage.Seen.Nanoseconds / 1e9, 6));
        json.WriteNumber("samples", recording.SampleCount);
        json.WriteNumber("tracepoints", recording.TracepointCount);
        json.WriteNumber("lost", recording.LostRecords);
        json.WriteNumber("throttled", recording.ThrottleCount);
        json.WriteStartArray("flaws");
        foreach (var flaw in recording.Flaws.First)
            json.WriteStringValue(redaction.Of(flaw));
        if (recording.Flaws.Count > recording.Flaws.First.Count)
            json.WriteStringValue($"and {recording.Flaws.Count - recording.Flaws.First.Count} more of the kind");
        json.WriteEndArray();
        json.WriteString("ksoftirqdGate", report.Gate switch { GateVerdict.Present => "present", GateVerdict.Absent => "absent", _ => "unknown" });
        json.WriteEndObject();
    }

    static void WriteCoverage(Utf8JsonWriter json, Coverage coverage)
    {
        json.WriteStartObject("coverage");
        json.WriteNumber("raises", coverage.Raises);
        json.WriteNumber("served", coverage.Served);
        json.WriteNumber("unpaired", coverage.Unpaired);
        if (coverage.WorstWait is { } worst)
            WriteMs(json, "worstWaitMs", worst);
        else
            json.WriteNull("worstWaitMs");
        json.WriteNumber("secondsSeen", Math.Round(coverage.Seen.Nanoseconds / 1e9, 6));
        json.WriteEndObject();
    }

    static void WriteAcquittal(Utf8JsonWriter json, Acquittal? acquittal)
    {
        if (acquittal is null)
        {
            json.WriteNull("acquittal");
            return;
        }
        json.WriteStartObject("acquittal");
        json.WriteBoolean("stands", acquittal.Stands);
        json.WriteString("why", acquittal.Why);
        json.WriteEndObject();
    }

    static void WriteStall(Utf8JsonWriter json, int id, Stall stall, Recording recording, Redaction redaction)
    {
        var wait = stall.Wait;
        json.WriteStartObject();
        json.WriteNumber("id", id);
        json.WriteNumber("cpu", wait.Cpu.Value);
        WriteStringOrNull(json, "device", stall.Device);
        json.WriteNull("queue");
        json.WriteNull("irq");
        json.WriteNumber("beginNs", wait.Begin.Nanoseconds);
        json.WriteNumber("endNs", wait.End.Nanoseconds);
        WriteStringOrNull(json, "beginUtc", WallClock.Utc(recording.Clock, wait.Begin));
        WriteStringOrNull(json, "endUtc", WallClock.Utc(recording.Clock, wait.End));
        WriteMs(json, "waitMs", wait.Length);
        json.WriteBoolean("upTo", wait.IsUpperBound);
        json.WriteString("evidence", EvidenceName(wait.Evidence));
        json.WriteString("confidence", ConfidenceName(stall.Confidence));
        json.WriteString("mechanism", stall.Mechanism.Name());
        WriteCulprit(json, stall.Culprit, redaction);
        json.WriteStartArray("budget");
        foreach (var entry in stall.Budget.Entries)
            WriteBudgetEntry(json, entry, stall.Budget.Wait, recording.Names);
        json.WriteEndArray();
        if (stall.PacketsServed is { } packets)
            json.WriteNumber("packetsServed", packets);
        else
            json.WriteNull("packetsServed");
        json.WriteStartArray("doubts");
        foreach (string doubt in stall.Doubts)
            json.WriteStringValue(doubt);
        json.WriteEndArray();
        WriteCause(json, stall);
        json.WriteEndObject();
    }

    static void WriteCulprit(Utf8JsonWriter json, Culprit? culprit, Redaction redaction)
    {
        if (culprit is null)
        {
            json.WriteNull("culprit");
            return;
        }
        json.WriteStartObject("culprit");
        WriteStringOrNull(json, "comm", culprit.Comm);
        WriteNumberOrNull(json, "pid", culprit.Pid?.Value);
        WriteNumberOrNull(json, "tid", culprit.Tid?.Value);
        WriteStringOrNull(json, "syscall", culprit.Syscall);
        WriteStringOrNull(json, "file", redaction.Of(culprit.File));
        WriteStringOrNull(json, "function", culprit.Function);
        json.WriteStartArray("stack");
        foreach (var frame in culprit.Stack)
            json.WriteStringValue(FrameText.Of(frame, redaction));
        json.WriteEndArray();
        WriteStringOrNull(json, "cgroup", redaction.Of(culprit.Cgroup));
        WriteStringOrNull(json, "container", redaction.Of(culprit.Workload?.Container?.ToString()));
        WriteStringOrNull(json, "unit", redaction.Of(culprit.Workload?.Unit));
        if (culprit.Workload?.Pod is { } pod)
        {
            json.WriteStartObject("pod");
            WriteStringOrNull(json, "namespace", redaction.Of(culprit.PodName?.Namespace));
            WriteStringOrNull(json, "name", redaction.Of(culprit.PodName?.Name));
            json.WriteString("uid", redaction.Of(pod.ToString()));
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("pod");
        }
        WriteMs(json, "ms", culprit.Held);
        json.WriteNumber("share", Math.Round(culprit.Share, 4));
        json.WriteEndObject();
    }

    static void WriteBudgetEntry(Utf8JsonWriter json, BudgetEntry entry, Elapsed wait, NameTable names)
    {
        var holder = entry.Holder;
        json.WriteStartObject();
        json.WriteString("holder", HolderName(holder.Kind));
        WriteStringOrNull(json, "comm", holder.IsTask ? names.Text(holder.Comm) : null);
        WriteNumberOrNull(json, "pid", holder.IsTask ? holder.Pid?.Value : null);
        WriteNumberOrNull(json, "tid", holder.IsTask ? holder.Tid.Value : null);
        WriteStringOrNull(json, "syscall", holder.Syscall);
        WriteStringOrNull(json, "name", holder.Name);
        WriteMs(json, "ms", entry.Length);
        json.WriteNumber("share", Math.Round(entry.Length.ShareOf(wait), 4));
        json.WriteEndObject();
    }

    static void WriteCause(Utf8JsonWriter json, Stall stall)
    {
        if (stall.KnownCause is not { } cause)
        {
            json.WriteNull("knownCause");
            return;
        }
        json.WriteStartObject("knownCause");
        json.WriteString("id", cause.Id);
        json.WriteString("title", cause.Title);
        json.WriteString("why", cause.Why);
        json.WriteString("remedy", cause.Remedy);
        json.WriteStartArray("sources");
        foreach (string source in cause.Sources)
            json.WriteStringValue(source);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void WriteRanked(Utf8JsonWriter json, RankedCulprit ranked, Redaction redaction)
    {
        json.WriteStartObject();
        WriteStringOrNull(json, "comm", ranked.Comm);
        if (ranked.Example.Workload?.Pod is { } pod)
            json.WriteString("pod", redaction.Of(ranked.Example.PodName is { } name ? $"{name.Namespace}/{name.Name}" : pod.ToString()));
        else
            json.WriteNull("pod");
        WriteStringOrNull(json, "container", redaction.Of(RankedCulprit.ContainerAlone(ranked.Example)?.ToString()));
        WriteStringOrNull(json, "unit", redaction.Of(ranked.Example.Workload?.Unit));
        WriteStringOrNull(json, "syscall", ranked.Example.Syscall);
        WriteStringOrNull(json, "file", redaction.Of(ranked.Example.File));
        WriteStringOrNull(json, "function", ranked.Comm is null ? ranked.Example.Function : null);
        json.WriteNumber("stalls", ranked.Stalls);
        WriteMs(json, "totalMs", ranked.Total);
        WriteMs(json, "worstMs", ranked.Worst);
        json.WriteEndObject();
    }

    public static string EvidenceName(WaitEvidence evidence) => evidence switch
    {
        WaitEvidence.RaiseToEntry => "raise-to-entry",
        WaitEvidence.LateKsoftirqd => "late-ksoftirqd",
        WaitEvidence.SampleRun => "sample-run",
        WaitEvidence.SampleHole => "sample-hole",
        WaitEvidence.EntryToPoll => "entry-to-poll",
        _ => "napi-thread",
    };

    public static string ConfidenceName(Confidence confidence) => confidence switch
    {
        Confidence.High => "high",
        Confidence.Medium => "medium",
        _ => "low",
    };

    public static string HolderName(HolderKind kind) => kind switch
    {
        HolderKind.TaskKernel => "task-kernel",
        HolderKind.TaskUser => "task-user",
        HolderKind.Hardirq => "hardirq",
        HolderKind.Softirq => "softirq",
        HolderKind.Idle => "idle",
        HolderKind.Silent => "silent",
        _ => "unknown",
    };

    // Milliseconds with all the nanoseconds, as a decimal: a double would print noise after them.
    static void WriteMs(Utf8JsonWriter json, string name, Elapsed length) => json.WriteNumber(name, length.Nanoseconds / 1_000_000m);

    static void WriteStringOrNull(Utf8JsonWriter json, string name, string? value)
    {
        if (value is null)
            json.WriteNull(name);
        else
            json.WriteString(name, value);
    }

    static void WriteNumberOrNull(Utf8JsonWriter json, string name, int? value)
    {
        if (value is { } number)
            json.WriteNumber(name, number);
        else
            json.WriteNull(name);
    }
}
