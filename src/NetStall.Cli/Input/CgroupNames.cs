// SPDX-License-Identifier: Apache-2.0
using NetStall.Bundles;
using NetStall.Reports;
using NetStall.Workloads;

namespace NetStall.Cli.Input;

/// <summary>Finds the cgroup map that fits a recording: the one given, or the one it brought.</summary>
static class CgroupNames
{
    static readonly long Most = BundleFiles.MostBytes(BundleFiles.Cgroups)!.Value;

    /// <param name="path">A map (docs/cgroup-map.md); null when none was given.</param>
    /// <returns>Null when there is none.</returns>
    /// <exception cref="UsageException">What was given cannot be read.</exception>
    public static CgroupMap? Of(Timeline timeline, string? path)
    {
        var flaws = timeline.Recording.Flaws;
        if (path is null)
            return timeline.Bundles.Select(b => b.Cgroups).FirstOrDefault(c => c is not null) is { } brought ? CgroupMap.Parse(brought, flaws) : null;
        var map = CgroupMap.Parse(Read(path), flaws);
        if (map.IsEmpty)
            flaws.Add(path, "the cgroup map names no cgroup, container or pod", "it is as if none was given");
        return map;
    }

    static ReadOnlySpan<byte> Read(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            // It may be a pipe: `--cgroup-map <(ssh node …)`.
            using var bytes = new MemoryStream(file.CanSeek ? (int)Math.Min(file.Length + 1, Most) : 0);
            byte[] buffer = new byte[1 << 16];
            for (int read; (read = file.Read(buffer)) > 0;)
            {
                bytes.Write(buffer.AsSpan(0, read));
                if (bytes.Length > Most)
                    throw new UsageException($"The cgroup map {Visible.Of(path)} holds more than {Most >> 20} MB, which no node's does: give the one that docs/cgroup-map.md makes.");
            }
            return bytes.GetBuffer().AsSpan(0, (int)bytes.Length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The cgroup map {Visible.Of(path)} cannot be read: {e.Message}");
        }
    }
}
