// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Text;
using System.Text.Json;
using NetStall.Cli.Rendering;
using NetStall.Probing;
using NetStall.Recordings;
using NetStall.Reports;
using NetStall.Verdicts;

namespace NetStall.Cli.Input;

/// <summary><c>analyze REPORT --probe FILE</c>: what the node tells and what probes saw of it, put side by side.</summary>
static class JoinedReports
{
    /// <summary>Nobody's report is longer.</summary>
    const long MostBytes = 1 << 30;

    /// <exception cref="UsageException">It cannot be read.</exception>
    public static ProbeWitness ReadProbe(string path) => JsonProbeReader.Read(ReadAll(path, "probe report"), path);

    /// <summary>Reports of ours in JSON; null when the files are something else, recordings for one.</summary>
    /// <exception cref="UnreadableRecordingException">One begins like JSON, but is no report.</exception>
    /// <exception cref="UsageException">Some are reports, and some are not.</exception>
    public static IReadOnlyList<(JsonElement Report, NodeWitness Node)>? TryOpen(string[] paths)
    {
        // A pipe has no length; looked into, it would be used up.
        var made = Array.FindAll(paths, p => new FileInfo(p) is { Exists: true, Length: > 0 } && BeginsAsJson(p));
        if (made.Length == 0)
            return null;
        if (made.Length < paths.Length)
            throw new UsageException($"{Visible.Of(made[0])} is a report and {Visible.Of(Array.Find(paths, p => !made.Contains(p))!)} is none: join either reports or recordings.");
        return [.. made.SelectMany(Read)];
    }

    static IReadOnlyList<(JsonElement Report, NodeWitness Node)> Read(string path)
    {
        try
        {
            byte[] bytes = ReadAll(path, "report");
            // It is written out again, and what is no text cannot be.
            if (!System.Text.Unicode.Utf8.IsValid(bytes))
                throw new JsonException("it is not UTF-8");
            using var document = JsonDocument.Parse(bytes);
            return [.. JsonReportReader.Read(document, path).Select(r => (r.Report.Clone(), r.Node))];
        }
        catch (JsonException e)
        {
            throw new UnreadableRecordingException($"{Visible.Of(path)} is no report of `netstall analyze --format json`: {Visible.Of(e.Message.TrimEnd('.'))}.", e);
        }
    }

    public static NodeWitness WitnessOf(Report report) => new(
        [.. report.Stalls.Select((s, i) => new NodeStall(i + 1, s.Wait.Cpu, s.Wait.Begin, s.Wait.End, s.Wait.IsUpperBound, s.Culprit?.Comm ?? s.Culprit?.Function, s.Mechanism.Name()))],
        report.Coverage.Cpus.Count > 0 ? (report.Coverage.Begin, report.Coverage.End) : null, report.Recording.Clock);

    public static void WriteText(IEnumerable<NodeWitness> nodes, ProbeWitness probe, Stream output)
    {
        using var writer = new StreamWriter(output, new UTF8Encoding(false), leaveOpen: true);
        foreach (var node in nodes)
            JoinText.Write(WitnessJoin.Of(node, probe), probe, writer);
    }

    /// <summary>The reports as they were, with the join in each; one that it may have had already goes.</summary>
    public static void WriteJson(IReadOnlyList<(JsonElement Report, NodeWitness Node)> reports, ProbeWitness probe, Stream output)
    {
        var buffer = new ArrayBufferWriter<byte>(1 << 16);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            if (reports is [var only])
            {
                Write(json, only.Report, only.Node, probe);
            }
            else
            {
                json.WriteStartObject();
                json.WriteString("schema", JsonReport.SchemaOfSeveral);
                json.WriteStartArray("reports");
                foreach (var (report, node) in reports)
                    Write(json, report, node, probe);
                json.WriteEndArray();
                json.WriteEndObject();
            }
        }
        output.Write(buffer.WrittenSpan);
        output.Write("\n"u8);
    }

    static void Write(Utf8JsonWriter json, JsonElement report, NodeWitness node, ProbeWitness probe)
    {
        json.WriteStartObject();
        foreach (var property in report.EnumerateObject().Where(p => !p.NameEquals("probe")))
        {
            try
            {
                property.WriteTo(json);
            }
            catch (InvalidOperationException e)
            {
                // Half of a surrogate pair, as an escape.
                throw new UnreadableRecordingException("The report holds text that cannot be written again: it is damaged.", e);
            }
        }
        JsonJoin.Write(json, WitnessJoin.Of(node, probe), probe);
        json.WriteEndObject();
    }

    static bool BeginsAsJson(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read);
            Span<byte> begin = stackalloc byte[64];
            return JsonReportReader.IsJson(begin[..file.ReadAtLeast(begin, begin.Length, throwOnEndOfStream: false)]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Whoever opens it as a recording says what is wrong with it.
            return false;
        }
    }

    static byte[] ReadAll(string path, string what)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > MostBytes })
                throw new UsageException($"The {what} {Visible.Of(path)} is too large for one.");
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The {what} {Visible.Of(path)} cannot be read: {e.Message}");
        }
    }
}
