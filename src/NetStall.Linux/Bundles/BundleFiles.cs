// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Linux.Bundles;

/// <summary>What a bundle holds: a folder with everything that judging a recording on another machine needs. docs/bundle.md tells it to users.</summary>
public static class BundleFiles
{
    public const string Recording = "perf.data";

    /// <summary>The recording while it is made: what a killed recorder leaves.</summary>
    public const string UnfinishedRecording = Recording + PartialEnding;

    public const string KernelSymbols = "kallsyms.gz";
    public const string Cgroups = "cgroups.txt";
    public const string Steal = "steal.txt";
    public const string Report = "report.txt";

    /// <summary>Written last: a folder without it is no bundle.</summary>
    public const string Manifest = "netstall.json";

    /// <summary>What a folder is called until it is whole.</summary>
    public const string PartialEnding = ".partial";

    public static bool IsBundle(string folder) => File.Exists(Path.Combine(folder, Manifest)) && File.Exists(Path.Combine(folder, Recording));
}
