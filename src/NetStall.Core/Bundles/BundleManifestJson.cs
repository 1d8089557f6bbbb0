// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Globalization;
using System.Text.Json;
using NetStall.Model;
using NetStall.Waits;

namespace NetStall.Bundles;

// {
//   "schema": "netstall.bundle/1",
//   "version": "0.1.0",
//   "madeUtc": "2026-11-23T10:28:01.1234567+00:00",
//   "thresholdNs": 10000000,
//   "trigger": { "cpu": 1, "beginNs": 12019728000, "lengthNs": 327876400 },
//   "recording": { "lengthNs": 30000000000, "sampler": "cpu-clock", …, "lostByCpu": { "1": 12 }, "flaws": [] },
//   "notes": [],
//   "files": [ { "name": "perf.data", "bytes": 1048576, "sha256": "e3b0…" } ]
// }
static class BundleManifestJson
{
    const int MostCpu = 65_535;

    public static byte[] Write(BundleManifest manifest)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true }))
            Write(json, manifest);
        return [.. bytes.WrittenSpan, (byte)'\n'];
    }

    static void Write(Utf8JsonWriter json, BundleManifest manifest)
    {
        json.WriteStartObject();
        json.WriteString("schema", BundleManifest.Schema);
        WriteString(json, "version", manifest.Version);
        if (manifest.Made is { } made)
            json.WriteString("madeUtc", made);
        else
            json.WriteNull("madeUtc");
        WriteNumber(json, "thresholdNs", manifest.Threshold?.Nanoseconds);
        if (manifest.Trigger is { } wait)
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
        if (manifest.Recording is { } recording)
            Write(json, recording);
        else
            json.WriteNull("recording");
        WriteSentences(json, "notes", manifest.Notes);
        json.WriteStartArray("files");
        foreach (var file in manifest.Files)
        {
            json.WriteStartObject();
            json.WriteString("name", file.Name);
            json.WriteNumber("bytes", file.Bytes);
            WriteString(json, "sha256", file.Digest?.ToString());
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void Write(Utf8JsonWriter json, RecordingAccount recording)
    {
        json.WriteStartObject("recording");
        WriteNumber(json, "lengthNs", recording.Length?.Nanoseconds);
        WriteString(json, "sampler", recording.Sampler);
        WriteNumber(json, "samples", recording.Samples);
        WriteNumber(json, "tracepoints", recording.Tracepoints);
        WriteNumber(json, "lost", recording.Lost);
        json.WriteStartObject("lostByCpu");
        foreach (var (cpu, lost) in recording.LostByCpu)
            json.WriteNumber(cpu.Value.ToString(CultureInfo.InvariantCulture), lost);
        json.WriteEndObject();
        WriteNumber(json, "throttled", recording.Throttled);
        WriteNumber(json, "ownCpuNs", recording.OwnCpu?.Nanoseconds);
        WriteNumber(json, "ownCpuOverNs", recording.OwnCpuOver?.Nanoseconds);
        WriteSentences(json, "flaws", recording.Flaws);
        json.WriteEndObject();
    }

    static void WriteSentences(Utf8JsonWriter json, string name, IReadOnlyList<string> sentences)
    {
        json.WriteStartArray(name);
        foreach (string sentence in sentences)
            json.WriteStringValue(sentence);
        json.WriteEndArray();
    }

    static void WriteString(Utf8JsonWriter json, string name, string? value)
    {
        if (value is null)
            json.WriteNull(name);
        else
            json.WriteString(name, value);
    }

    static void WriteNumber(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
            json.WriteNumber(name, number);
        else
            json.WriteNull(name);
    }

    public static BundleManifest? Read(JsonElement root, out string problem)
    {
        problem = "";
        string? schema = String(root, "schema");
        if (schema != BundleManifest.Schema)
        {
            problem = schema?.StartsWith("netstall.bundle/", StringComparison.Ordinal) == true
                ? "was written by another netstall, in a form that this one does not know"
                : "is no description of a bundle";
            return null;
        }
        return new BundleManifest
        {
            Version = String(root, "version"),
            Made = Property(root, "madeUtc") is { ValueKind: JsonValueKind.String } made && made.TryGetDateTimeOffset(out var moment) ? moment : null,
            Threshold = Length(root, "thresholdNs"),
            Trigger = Property(root, "trigger") is { } trigger ? ReadTrigger(trigger) : null,
            Recording = Property(root, "recording") is { ValueKind: JsonValueKind.Object } recording ? ReadRecording(recording) : null,
            Notes = Sentences(root, "notes"),
            Files = [.. Items(root, "files").Select(ReadFile).OfType<BundleFile>()],
        };
    }

    static LiveWait? ReadTrigger(JsonElement trigger) =>
        Number(trigger, "cpu") is { } cpu and <= MostCpu && Number(trigger, "beginNs") is { } begin && Number(trigger, "lengthNs") is { } length && length <= long.MaxValue - begin
            ? new LiveWait(new CpuId((int)cpu), new KernelTime(begin), new KernelTime(begin + length))
            : null;

    static RecordingAccount ReadRecording(JsonElement recording) => new()
    {
        Length = Length(recording, "lengthNs"),
        Sampler = String(recording, "sampler"),
        Samples = Number(recording, "samples"),
        Tracepoints = Number(recording, "tracepoints"),
        Lost = Number(recording, "lost"),
        LostByCpu = ReadLost(recording),
        Throttled = Number(recording, "throttled"),
        OwnCpu = Length(recording, "ownCpuNs"),
        OwnCpuOver = Length(recording, "ownCpuOverNs"),
        Flaws = Sentences(recording, "flaws"),
    };

    static List<(CpuId, long)> ReadLost(JsonElement recording)
    {
        var lost = new List<(CpuId, long)>();
        if (Property(recording, "lostByCpu") is not { ValueKind: JsonValueKind.Object } byCpu)
            return lost;
        foreach (var cpu in byCpu.EnumerateObject())
        {
            if (int.TryParse(NameOf(cpu), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number <= MostCpu
                && cpu.Value.ValueKind == JsonValueKind.Number && cpu.Value.TryGetInt64(out long count) && count >= 0)
                lost.Add((new CpuId(number), count));
        }
        return lost;
    }

    // Files of other names are another bundle's business, or mean harm.
    static BundleFile? ReadFile(JsonElement file)
    {
        if (String(file, "name") is not { } name || !BundleFiles.IsPlainName(name) || Number(file, "bytes") is not { } bytes)
            return null;
        return new BundleFile(name, bytes, Sha256Digest.TryParse(String(file, "sha256"), out var digest) ? digest : null);
    }

    static JsonElement? Property(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : null;

    static IEnumerable<JsonElement> Items(JsonElement element, string name) =>
        Property(element, name) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : Enumerable.Empty<JsonElement>();

    static List<string> Sentences(JsonElement element, string name) => [.. Items(element, name).Select(Text).OfType<string>()];

    static string? String(JsonElement element, string name) => Property(element, name) is { } value ? Text(value) : null;

    static string? Text(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // "\ud800": half of a character.
            return null;
        }
    }

    static string NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return "";
        }
    }

    // All numbers here count or measure something: none is below zero.
    static long? Number(JsonElement element, string name) =>
        Property(element, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out long number) && number >= 0 ? number : null;

    static Elapsed? Length(JsonElement element, string name) => Number(element, name) is { } nanoseconds ? new Elapsed(nanoseconds) : null;
}
