// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Linux.Lab.Stalls;

/// <summary>Where this machine's memory controller is, and which of its groups this process is in.</summary>
/// <param name="Root">Of the hierarchy: <c>/sys/fs/cgroup/memory</c>.</param>
/// <param name="Home">The folder of this process's group.</param>
/// <param name="IsUnified">cgroup v2: controllers are handed down group by group, and only leaves hold processes.</param>
sealed record MemoryHierarchy(string Root, string Home, bool IsUnified)
{
    /// <exception cref="CannotHereException">There is none that may be used.</exception>
    public static MemoryHierarchy Find()
    {
        // cgroup /sys/fs/cgroup/memory cgroup rw,nosuid,nodev,noexec,relatime,memory 0 0
        foreach (string line in File.ReadLines("/proc/self/mounts"))
        {
            string[] words = line.Split(' ');
            if (words[2] == "cgroup" && words[3].Split(',').Contains("memory"))
                return new MemoryHierarchy(words[1], words[1] + PathOf(":memory:"), IsUnified: false);
        }
        const string Unified = "/sys/fs/cgroup";
        string controllers = Path.Combine(Unified, "cgroup.controllers");
        if (File.Exists(controllers) && File.ReadAllText(controllers).Split(' ', '\n').Contains("memory"))
            return new MemoryHierarchy(Unified, Unified + PathOf("0::"), IsUnified: true);
        throw new CannotHereException("This machine has no memory controller for cgroups: boot without cgroup_disable=memory, and in a container bring the node's /sys/fs/cgroup in.");
    }

    // 4:memory:/init    or    0::/user.slice
    static string PathOf(string marker)
    {
        foreach (string line in File.ReadLines("/proc/self/cgroup"))
        {
            int at = line.IndexOf(marker, StringComparison.Ordinal);
            if (at >= 0)
                return line[(at + marker.Length)..].TrimEnd('/');
        }
        return "";
    }
}
