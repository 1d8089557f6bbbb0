// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using NetStall.Model;

namespace NetStall.Linux.Lab;

/// <summary>Kernel threads by name.</summary>
static class KernelThreads
{
    // The kernel tells a thread's full name here, though comm is 15 bytes elsewhere; before 5.17 it did not.
    const int ShortestName = 15;

    public static List<Tid> Named(string prefix)
    {
        var found = new List<Tid>();
        string cut = prefix.Length > ShortestName ? prefix[..ShortestName] : prefix;
        foreach (string folder in Directory.GetDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out int pid))
                continue;
            try
            {
                if (File.ReadAllText($"{folder}/comm").StartsWith(cut, StringComparison.Ordinal))
                    found.Add(new Tid(pid));
            }
            catch (IOException)
            {
                // It ended meanwhile.
            }
        }
        return found;
    }
}
