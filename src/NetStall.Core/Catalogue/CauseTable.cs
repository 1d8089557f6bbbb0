// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;

namespace NetStall.Catalogue;

/// <summary>The table as it stands in known-causes.json.</summary>
sealed record CauseTable
{
    public const string ExpectedSchema = "netstall.causes/1";

    public required string Schema { get; init; }

    /// <summary>Counts up with every change of an entry's meaning.</summary>
    public required int Version { get; init; }
    public required IReadOnlyList<KnownCause> Causes { get; init; }

    public static CauseTable Load()
    {
        using var json = typeof(CauseTable).Assembly.GetManifestResourceStream("NetStall.Catalogue.known-causes.json")
            ?? throw new InvalidOperationException("The table of known causes is missing from this build. Please report this.");
        return JsonSerializer.Deserialize(json, CauseTableJson.Default.CauseTable)
            ?? throw new InvalidOperationException("The table of known causes is empty in this build. Please report this.");
    }
}
