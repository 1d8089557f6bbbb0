// SPDX-License-Identifier: Apache-2.0
using NetStall.Bundles;
using NetStall.Recordings;

namespace NetStall.Linux.Bundles;

/// <summary>What a recorder leaves that was killed, and how to read what is in it.</summary>
public static class Unfinished
{
    /// <exception cref="UnreadableRecordingException">The folder is a bundle that was never finished; the message says how to read what is in it.</exception>
    public static void Refuse(string folder)
    {
        bool has(string name) => File.Exists(Path.Combine(folder, name));
        if (Why(folder, has) is { } why)
            throw new UnreadableRecordingException(why);
    }

    /// <param name="folder">As it is called.</param>
    /// <param name="has">Whether it holds a file.</param>
    /// <returns>Null when there is nothing unfinished in it.</returns>
    internal static string? Why(string folder, Func<string, bool> has)
    {
        string name = Reports.Visible.Of(Path.TrimEndingDirectorySeparator(folder));
        bool isPartial = name.EndsWith(BundleFiles.PartialEnding, StringComparison.Ordinal);
        if (has(BundleFiles.Recording) && has(BundleFiles.Manifest))
        {
            return isPartial
                ? $"{name} is a bundle that only lacks its name, since netstall was stopped right before it gave it: `mv {name} {name[..^BundleFiles.PartialEnding.Length]}` and analyze that."
                : null;
        }
        if (has(BundleFiles.Recording))
        {
            // perf's own folders hold `data`, and anybody may keep a perf.data in a folder.
            return $"{name} was never finished: it holds no {BundleFiles.Manifest}. The recording itself is whole: `netstall analyze {name}/{BundleFiles.Recording}`.";
        }
        return has(BundleFiles.UnfinishedRecording)
            ? $"{name} was never finished, since its recorder was killed. Stacks can still be read from its {BundleFiles.UnfinishedRecording}, tracepoints cannot: record again."
            : isPartial && !has("data")
                ? $"{name} was never finished, and holds no recording: record again."
                : null;
    }
}
