// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Bundles;

/// <summary>What a bundle holds: a folder with everything that judging a recording on another machine needs. docs/bundle.md tells it to users.</summary>
public static class BundleFiles
{
    public const string Recording = "perf.data";

    /// <summary>The recording while it is made: what a killed recorder leaves.</summary>
    public const string UnfinishedRecording = Recording + PartialEnding;

    public const string KernelSymbols = "kallsyms.gz";
    public const string Cgroups = "cgroups.txt";
    public const string Steal = "steal.txt";
    public const string Host = "host.json";

    /// <summary>What was said of it when it was made. It comes after the manifest, which does not know it: it can be made again from the rest.</summary>
    public const string Report = "report.txt";

    /// <inheritdoc cref="Report"/>
    public const string ReportJson = "report.json";

    /// <summary>Written last: a folder without it is no bundle.</summary>
    public const string Manifest = "netstall.json";

    /// <summary>What a folder is called until it is whole.</summary>
    public const string PartialEnding = ".partial";

    /// <summary>The most that a part may hold. The recording has no bound but the disk's; the others are read into memory.</summary>
    /// <returns>Null for what is no part of a bundle.</returns>
    public static long? MostBytes(string name) => name switch
    {
        Recording => long.MaxValue,
        Manifest => 16 << 20,
        KernelSymbols or Steal or Host => 64 << 20,
        // As for a map that is given by hand.
        Cgroups => 256 << 20,
        _ => null,
    };

    /// <summary>Whether a name is that of a file in the folder itself: no way out of it, no way into another, nothing that a terminal would obey.</summary>
    public static bool IsPlainName(string name) =>
        name.Length is > 0 and <= 255 && name is not ("." or "..") && !name.AsSpan().ContainsAnyExceptInRange('!', '~') && !name.Contains('/', StringComparison.Ordinal);
}
