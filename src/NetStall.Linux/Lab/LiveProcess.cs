// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using NetStall.Model;

namespace NetStall.Linux.Lab;

/// <summary>Whether a process still does anything.</summary>
public static class LiveProcess
{
    /// <summary>False for one that has ended and that its parent, an init that takes its time maybe, has not asked after yet.</summary>
    public static bool Is(Pid pid)
    {
        try
        {
            // 4711 (lab-memory-stat) Z 1 …        the name may hold brackets of its own
            string stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid.Value}/stat"));
            int end = stat.LastIndexOf(')');
            return end >= 0 && end + 2 < stat.Length && stat[end + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }
}
