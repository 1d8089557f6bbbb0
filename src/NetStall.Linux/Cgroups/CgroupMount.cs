// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace NetStall.Linux.Cgroups;

/// <summary>Where a cgroup hierarchy is mounted.</summary>
/// <param name="Path">The folder of its root, as far as this process sees it.</param>
/// <param name="IsV2">cgroup2.</param>
/// <param name="Options">Of the mount; with v1 the controllers are among them.</param>
public sealed record CgroupMount(string Path, bool IsV2, IReadOnlyList<string> Options)
{
    const string MountTable = "/proc/self/mountinfo";

    /// <summary>All that this process sees.</summary>
    public static IReadOnlyList<CgroupMount> FindAll()
    {
        try
        {
            return Parse(File.ReadAllText(MountTable));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>
    /// The hierarchy whose folders' inodes perf and BPF call cgroup ids: v2, except that perf counts in that of the perf_event controller where
    /// somebody mounted it as v1 (kernel/events/core.c: task_css_check(…, perf_event_cgrp_id)).
    /// </summary>
    public static CgroupMount? OfIds(IReadOnlyList<CgroupMount> mounts) =>
        mounts.FirstOrDefault(m => !m.IsV2 && m.Options.Contains("perf_event")) ?? mounts.FirstOrDefault(m => m.IsV2);

    // 40 31 0:34 / /sys/fs/cgroup/unified rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate
    // 34 31 0:28 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
    //              ^ place                              ^ type        ^ options
    internal static IReadOnlyList<CgroupMount> Parse(string table)
    {
        var mounts = new List<CgroupMount>();
        foreach (string line in table.Split('\n'))
        {
            int dash = line.IndexOf(" - ", StringComparison.Ordinal);
            if (dash < 0)
                continue;
            string[] before = line[..dash].Split(' '), after = line[(dash + 3)..].Split(' ');
            if (before.Length >= 5 && after is ["cgroup" or "cgroup2", _, var options, ..])
                mounts.Add(new CgroupMount(Unescape(before[4]), after[0] == "cgroup2", options.Split(',')));
        }
        return mounts;
    }

    // A blank in a path is \040, a backslash \134.
    static string Unescape(string path)
    {
        if (!path.Contains('\\', StringComparison.Ordinal))
            return path;
        var plain = new StringBuilder(path.Length);
        for (int i = 0; i < path.Length; i++)
        {
            if (path[i] == '\\' && i + 3 < path.Length && path[i + 1] is >= '0' and <= '3' && path[i + 2] is >= '0' and <= '7' && path[i + 3] is >= '0' and <= '7')
            {
                plain.Append((char)(((path[i + 1] - '0') << 6) | ((path[i + 2] - '0') << 3) | (path[i + 3] - '0')));
                i += 3;
            }
            else
            {
                plain.Append(path[i]);
            }
        }
        return plain.ToString();
    }
}
