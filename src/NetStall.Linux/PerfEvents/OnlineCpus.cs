// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using NetStall.Model;

namespace NetStall.Linux.PerfEvents;

/// <summary>The CPUs that are on line.</summary>
public static class OnlineCpus
{
    public static IReadOnlyList<CpuId> Read() => Parse(File.ReadAllText("/sys/devices/system/cpu/online"));

    /// <summary>How many there may ever be.</summary>
    public static int Possible() => Parse(File.ReadAllText("/sys/devices/system/cpu/possible")).Count;

    // 0-3,6
    internal static List<CpuId> Parse(string list)
    {
        var cpus = new List<CpuId>();
        foreach (string part in list.Trim().Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] ends = part.Split('-');
            int last = int.Parse(ends[^1], CultureInfo.InvariantCulture);
            for (int cpu = int.Parse(ends[0], CultureInfo.InvariantCulture); cpu <= last; cpu++)
                cpus.Add(new CpuId(cpu));
        }
        return cpus;
    }
}
