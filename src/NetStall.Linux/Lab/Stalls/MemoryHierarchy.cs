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
                return At(words[1], PathOf(":memory:"), isUnified: false);
        }
        // Where systemd runs, root hands all of them down. It is not for us to change.
        const string Unified = "/sys/fs/cgroup";
        if (Holds(Unified, "cgroup.subtree_control"))
            return At(Unified, PathOf("0::"), isUnified: true);
        if (Holds(Unified, "cgroup.controllers"))
            throw new CannotHereException($"The root of this machine's cgroups does not hand the memory controller down: echo +memory > {Unified}/cgroup.subtree_control.");
        throw new CannotHereException("This machine has no memory controller for cgroups: boot without cgroup_disable=memory, and in a container bring the node's /sys/fs/cgroup in.");
    }

    // In a container that shares the host's cgroup namespace but not its folders, the group is not to be seen.
    static MemoryHierarchy At(string root, string path, bool isUnified) => Directory.Exists(root + path)
        ? new MemoryHierarchy(root, root + path, isUnified)
        : throw new CannotHereException($"This process's memory cgroup {path} is not to be seen under {root}: run it on the host, or in a container with --cgroupns=private.");

    // cpuset cpu io memory hugetlb pids
    static bool Holds(string group, string file)
    {
        string path = Path.Combine(group, file);
        return File.Exists(path) && File.ReadAllText(path).Split(' ', '\n').Contains("memory");
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
