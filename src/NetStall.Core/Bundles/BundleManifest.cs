// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using NetStall.Model;
using NetStall.Waits;

namespace NetStall.Bundles;

/// <summary>What a bundle holds, why it was made and how its recording went: <c>netstall.json</c>. Null is what it does not tell.</summary>
public sealed record BundleManifest
{
    public const string Schema = "netstall.bundle/1";

    /// <summary>Of the netstall that made it.</summary>
    public string? Version { get; init; }

    /// <summary>By the node's clock.</summary>
    public DateTimeOffset? Made { get; init; }

    /// <summary>Waits at or over this were stalls to the recorder.</summary>
    public Elapsed? Threshold { get; init; }

    /// <summary>The wait for which a flight recorder kept it; null where everything was recorded.</summary>
    public LiveWait? Trigger { get; init; }

    public RecordingAccount? Recording { get; init; }

    /// <summary>What could not be had for it, as sentences.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    public IReadOnlyList<BundleFile> Files { get; init; } = [];

    /// <summary>As JSON, for a file.</summary>
    public byte[] ToJson() => BundleManifestJson.Write(this);

    /// <summary>Reads what <see cref="ToJson"/> wrote, of any netstall that wrote this schema. What it does not know it passes over.</summary>
    /// <param name="json">Any bytes.</param>
    /// <param name="problem">Why there is none, to stand behind the file's name: <c>cannot be understood</c>.</param>
    /// <returns>Null where there is none.</returns>
    public static BundleManifest? TryParse(ReadOnlyMemory<byte> json, out string problem)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return BundleManifestJson.Read(document.RootElement, out problem);
        }
        // Half of a character, written as \ud800, is no bad JSON to the parser until it is asked for.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            problem = "cannot be understood";
            return null;
        }
    }
}
