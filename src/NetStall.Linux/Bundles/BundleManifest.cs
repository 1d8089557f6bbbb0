// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Text.Json;
using NetStall.Linux.PerfEvents;
using NetStall.Waits;

namespace NetStall.Linux.Bundles;

/// <summary>Says what a bundle holds, why it was made and how its recording went: <c>netstall.json</c>.</summary>
public static class BundleManifest
{
    public const string Schema = "netstall.bundle/1";

    /// <param name="output">Takes the JSON.</param>
    /// <param name="folder">Where the files are; each is told with its length and its SHA-256.</param>
    /// <param name="version">Of netstall.</param>
    /// <param name="summary">How the recording went.</param>
    /// <param name="trigger">The wait for which it was kept; null where everything was.</param>
    public static void Write(Stream output, string folder, string version, RecordingSummary summary, LiveWait? trigger)
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("schema", Schema);
        json.WriteString("version", version);
        json.WriteString("madeUtc", DateTime.UtcNow);
        if (trigger is { } wait)
        {
            json.WriteStartObject("trigger");
            json.WriteNumber("cpu", wait.Cpu.Value);
            json.WriteNumber("beginNs", wait.Begin.Nanoseconds);
            json.WriteNumber("lengthNs", wait.Length.Nanoseconds);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("trigger");
        }
        WriteRecording(json, summary);
        json.WriteStartArray("files");
        foreach (string path in Directory.GetFiles(folder).Where(p => Path.GetFileName(p) != BundleFiles.Manifest).Order(StringComparer.Ordinal))
        {
            using var file = File.OpenRead(path);
            json.WriteStartObject();
            json.WriteString("name", Path.GetFileName(path));
            json.WriteNumber("bytes", file.Length);
            json.WriteString("sha256", Convert.ToHexStringLower(SHA256.HashData(file)));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void WriteRecording(Utf8JsonWriter json, RecordingSummary summary)
    {
        var counts = summary.Counts;
        json.WriteStartObject("recording");
        json.WriteNumber("lengthNs", summary.Length.Nanoseconds);
        json.WriteString("sampler", summary.Sampler);
        json.WriteNumber("samples", counts.Samples);
        json.WriteNumber("tracepoints", counts.Tracepoints);
        json.WriteNumber("lost", counts.Lost);
        json.WriteStartObject("lostByCpu");
        foreach (var (cpu, lost) in summary.LostByCpu.OrderBy(l => l.Key.Value))
            json.WriteNumber(FormattableString.Invariant($"{cpu.Value}"), lost);
        json.WriteEndObject();
        json.WriteNumber("throttled", counts.Throttled);
        json.WriteNumber("ownCpuNs", summary.OwnCpu.Nanoseconds);
        json.WriteStartArray("flaws");
        foreach (string flaw in summary.Flaws)
            json.WriteStringValue(flaw);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Says what is wrong with a bundle's files, a sentence each: shorter or longer than they were, or missing.</summary>
    public static IReadOnlyList<string> Check(string folder)
    {
        var wrong = new List<string>();
        try
        {
            using var manifest = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, BundleFiles.Manifest)));
            if (manifest.RootElement.GetProperty("schema").GetString() is not { } schema || !schema.StartsWith("netstall.bundle/", StringComparison.Ordinal))
                return [$"{BundleFiles.Manifest} is no description of a bundle"];
            foreach (var file in manifest.RootElement.GetProperty("files").EnumerateArray())
            {
                // Names of files in this folder alone.
                if (Path.GetFileName(file.GetProperty("name").GetString()) is not { Length: > 0 } name)
                    continue;
                var info = new FileInfo(Path.Combine(folder, name));
                long bytes = file.GetProperty("bytes").GetInt64();
                if (!info.Exists)
                    wrong.Add($"{name} is missing");
                else if (info.Length != bytes)
                    wrong.Add($"{name} has {info.Length} bytes, and had {bytes} when it was made");
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            wrong.Add($"{BundleFiles.Manifest} cannot be understood");
        }
        return wrong;
    }
}
