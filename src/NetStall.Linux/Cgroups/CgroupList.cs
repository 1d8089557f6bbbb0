// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using NetStall.Linux.PerfEvents;

namespace NetStall.Linux.Cgroups;

/// <summary>Writes down this node's cgroups, processes and containers, as docs/cgroup-map.md has it.</summary>
public static class CgroupList
{
    /// <summary>A node has some thousand; what goes on and on is no node.</summary>
    const int MostGroups = 200_000;

    public static byte[] Describe()
    {
        var text = new StringBuilder();
        foreach (string root in new[] { "/sys/fs/cgroup", "/sys/fs/cgroup/unified" })
        {
            if (File.Exists(Path.Combine(root, "cgroup.controllers")))
                AddGroups(text, root);
        }
        AddProcesses(text);
        AddContainers(text);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    // 365 /kubepods/burstable/pod7c97…/db15…
    static void AddGroups(StringBuilder text, string root)
    {
        var waiting = new Stack<string>();
        waiting.Push(root);
        for (int seen = 0; seen < MostGroups && waiting.TryPop(out string? folder); seen++)
        {
            try
            {
                if (FileIdentity.InodeOf(folder) is { } id && IsOneLine(folder))
                    text.Append(CultureInfo.InvariantCulture, $"{id} {(folder.Length == root.Length ? "/" : folder[root.Length..])}\n");
                foreach (string child in Directory.EnumerateDirectories(folder))
                    waiting.Push(child);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It was removed meanwhile.
            }
        }
    }

    // pid:8774 /kubepods/besteffort/pod7c97…/db15…
    static void AddProcesses(StringBuilder text)
    {
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            string pid = Path.GetFileName(folder);
            if (!char.IsAsciiDigit(pid[0]))
                continue;
            try
            {
                var paths = File.ReadLines(Path.Combine(folder, "cgroup"))
                    .Select(line => line.Split(':', 3)).Where(parts => parts.Length == 3 && parts[2].Length > 1).Select(parts => parts[2]).Distinct();
                foreach (string path in paths)
                    text.Append(CultureInfo.InvariantCulture, $"pid:{pid} {path}\n");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It ended meanwhile.
            }
        }
    }

    // The kubelet links each container's log as POD_NAMESPACE_CONTAINER-ID.log.
    static void AddContainers(StringBuilder text)
    {
        const string Logs = "/var/log/containers", Ending = ".log";
        const int IdLength = 64;
        if (!Directory.Exists(Logs))
            return;
        foreach (string file in Directory.EnumerateFiles(Logs, "*" + Ending))
        {
            string name = Path.GetFileName(file)[..^Ending.Length];
            string[] parts = name.Split('_');
            if (parts.Length != 3 || parts[2].Length <= IdLength + 1 || parts[2][^(IdLength + 1)] != '-' || !IsOneLine(name))
                continue;
            text.Append(CultureInfo.InvariantCulture, $"container:{parts[2][^IdLength..]} {parts[1]}/{parts[0]}/{parts[2][..^(IdLength + 1)]}\n");
        }
    }

    // Names are hostile: one with a line in it would tell of others.
    static bool IsOneLine(string name) => !name.Contains('\n', StringComparison.Ordinal);
}
