// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Runtime.InteropServices;
using NetStall.Linux.Symbols;
using NetStall.Model;
using NetStall.PerfData.Writing;

namespace NetStall.Linux.PerfEvents;

/// <summary>What a file says of this node and of itself.</summary>
static class RecordingFeatures
{
    /// <returns>In rising order of their numbers.</returns>
    public static List<PerfFeature> Of(
        RecorderOptions options, IReadOnlyList<RecordedSpec> events, ReadOnlyMemory<byte> tracingData, (KernelTime First, KernelTime Last)? span)
    {
        var (now, wall) = MonotonicTime.WithWallClock();
        var features = new List<PerfFeature>
        {
            PerfFeature.Tracing(tracingData),
            PerfFeature.Hostname(Environment.MachineName),
            PerfFeature.RecorderVersion(options.Version),
            PerfFeature.Architecture(Machine()),
            PerfFeature.Cpus(OnlineCpus.Possible(), OnlineCpus.Read().Count),
            PerfFeature.CommandLine(options.CommandLine),
            PerfFeature.EventDescriptions(events),
            PerfFeature.ClockResolution(1),
            PerfFeature.WallClock(now, wall),
        };
        if (RunningKernel.Release() is { } release)
            features.Add(PerfFeature.KernelRelease(release));
        if (RunningKernel.BuildId() is { } buildId)
            features.Add(PerfFeature.KernelBuildId(Convert.FromHexString(buildId)));
        if (span is var (first, last))
            features.Add(PerfFeature.Span(first, last));
        features.Sort((a, b) => a.Number.CompareTo(b.Number));
        return features;
    }

    // As uname -m says it.
    static string Machine() => RuntimeInformation.OSArchitecture switch
    {
        Architecture.X64 => "x86_64",
        Architecture.Arm64 => "aarch64",
        var other => other.ToString().ToLower(CultureInfo.InvariantCulture),
    };
}
