// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;

namespace NetStall.Tests;

/// <summary>Files of the repository that tests read.</summary>
static class Samples
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Here(), "..", ".."));

    public static string TracepointsOfTheGate => Path.Combine(Root, "samples", "gate-6.1", "tp.data");
    public static string SamplesOfTheGate => Path.Combine(Root, "samples", "gate-6.1", "blog.data");
    public static string KallsymsOfTheGate => Path.Combine(Root, "samples", "gate-6.1", "kallsyms.gz");

    /// <summary>Samples and tracepoints of a moment in which nothing went wrong.</summary>
    public static string Acquitted => Path.Combine(Root, "tests", "NetStall.Tests", "Corpus", "perf-data", "zstd.data");

    static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
