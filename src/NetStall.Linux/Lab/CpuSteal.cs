// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using NetStall.Model;

namespace NetStall.Linux.Lab;

/// <summary>How long the hypervisor has kept one CPU for itself, from /proc/stat.</summary>
static class CpuSteal
{
    // USER_HZ is 100 wherever .NET runs.
    static readonly Elapsed Step = Elapsed.FromMilliseconds(10);

    public static Elapsed Of(CpuId cpu) => Parse(File.ReadAllText("/proc/stat"), cpu);

    //        user nice system idle iowait irq softirq steal guest guest_nice
    //   cpu1 11063 15 9106 112210 37 0 161 2215 0 0
    public static Elapsed Parse(string stat, CpuId cpu)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"cpu{cpu.Value} ");
        foreach (var line in stat.AsSpan().EnumerateLines())
        {
            if (!line.StartsWith(name))
                continue;
            string[] columns = line.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (columns.Length > 8 && long.TryParse(columns[8], NumberStyles.None, CultureInfo.InvariantCulture, out long steps))
                return new Elapsed(steps * Step.Nanoseconds);
        }
        return Elapsed.Zero;
    }
}
