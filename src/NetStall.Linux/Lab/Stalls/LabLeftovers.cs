// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using NetStall.Model;

namespace NetStall.Linux.Lab.Stalls;

/// <summary>What a lab that was killed could not take back: empty folders of memory cgroups. All else dies with its processes.</summary>
public static class LabLeftovers
{
    /// <summary>Folders of labs whose process is gone.</summary>
    public static IReadOnlyList<string> Find()
    {
        MemoryHierarchy hierarchy;
        try
        {
            hierarchy = MemoryHierarchy.Find();
        }
        catch (CannotHereException)
        {
            return [];
        }
        return [.. Directory.EnumerateDirectories(hierarchy.Root, ZombieCgroups.FolderPrefix + "*").Where(f => !IsInUse(f))];
    }

    /// <summary>Removes them, and the groups within.</summary>
    /// <returns>Those that were removed.</returns>
    public static IReadOnlyList<string> Remove()
    {
        var removed = new List<string>();
        foreach (string folder in Find())
        {
            foreach (string child in Directory.EnumerateDirectories(folder))
                ZombieCgroups.RemoveFolder(child);
            ZombieCgroups.RemoveFolder(folder);
            if (!Directory.Exists(folder))
                removed.Add(folder);
        }
        return removed;
    }

    static bool IsInUse(string folder)
    {
        string name = Path.GetFileName(folder)[ZombieCgroups.FolderPrefix.Length..];
        return int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int pid) && LiveProcess.Is(new Pid(pid));
    }
}
