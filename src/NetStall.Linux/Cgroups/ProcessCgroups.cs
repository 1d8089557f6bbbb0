// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using NetStall.Model;

namespace NetStall.Linux.Cgroups;

/// <summary>Which cgroups processes of this machine are in, of /proc/PID/cgroup.</summary>
/// <remarks>Nothing is kept: a runtime moves a process into its container after it was made, and numbers of processes come again.</remarks>
public static class ProcessCgroups
{
    /// <summary>Paths of all hierarchies, each once, as /proc writes them: relative to our own cgroup namespace. None for the root's own, and when it has ended.</summary>
    public static IReadOnlyList<string> PathsOf(Pid pid)
    {
        try
        {
            return Parse(File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid.Value}/cgroup")));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It ended meanwhile.
            return [];
        }
    }

    /// <summary>Those that there are now.</summary>
    public static IEnumerable<Pid> All() =>
        Directory.EnumerateDirectories("/proc").Select(Path.GetFileName)
            .Select(name => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int pid) ? pid : 0)
            .Where(pid => pid > 0).Select(pid => new Pid(pid));

    // 4:memory:/kubepods/burstable/pod1111…/aaaa…
    // 0::/kubepods/burstable/pod1111…/aaaa…
    internal static IReadOnlyList<string> Parse(string text) =>
        [.. text.Split('\n').Select(line => line.Split(':', 3)).Where(parts => parts.Length == 3 && parts[2].Length > 1).Select(parts => parts[2]).Distinct()];
}
