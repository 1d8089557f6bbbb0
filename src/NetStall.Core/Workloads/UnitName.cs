// SPDX-License-Identifier: Apache-2.0
using System.Buffers;

namespace NetStall.Workloads;

/// <summary>systemd's unit names, as they stand in cgroup paths.</summary>
static class UnitName
{
    // VALID_CHARS of systemd's unit-name.c. A folder with other letters in its name was not made by systemd.
    static readonly SearchValues<char> _letters =
        SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ:-_.\\@");

    // The kinds of unit that hold processes.
    static readonly string[] _endings = [".service", ".scope", ".mount", ".socket", ".swap"];

    public static bool IsSlice(ReadOnlySpan<char> folder) => IsNamed(folder, ".slice");

    public static bool HoldsProcesses(ReadOnlySpan<char> folder)
    {
        foreach (string ending in _endings)
        {
            if (IsNamed(folder, ending))
                return true;
        }
        return false;
    }

    /// <summary>A user's own service manager: what stands below it are folders that this user made and named.</summary>
    public static bool IsUserManager(ReadOnlySpan<char> unit) => unit.StartsWith("user@") && unit.EndsWith(".service");

    // systemd puts _ before names that the kernel could take for its own files: _cpu.service is the unit cpu.service.
    public static ReadOnlySpan<char> OfFolder(ReadOnlySpan<char> folder) => folder is ['_', .. var name] ? name : folder;

    static bool IsNamed(ReadOnlySpan<char> folder, string ending) =>
        folder.Length > ending.Length && folder.Length <= CgroupFolder.LongestName
        && folder.EndsWith(ending) && !folder.ContainsAnyExcept(_letters);
}
