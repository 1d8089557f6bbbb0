// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using NetStall.Model;

namespace NetStall.Linux.Lab;

/// <summary>Which CPU is stalled, and which sends.</summary>
public static class LabCpus
{
    /// <summary>The CPU asked for, else the last one; and another to send from.</summary>
    /// <exception cref="CannotHereException">There are not two, or there is no such one.</exception>
    public static (CpuId Receiving, CpuId Sending) Choose(CpuId? wanted)
    {
        var online = Parse(File.ReadAllText("/sys/devices/system/cpu/online"));
        if (online.Count < 2)
            throw new CannotHereException("The lab needs two CPUs: one to stall, and one to send packets to it meanwhile.");
        var receiving = wanted ?? online[^1];
        if (!online.Contains(receiving))
            throw new CannotHereException($"This machine has no {receiving} online.");
        return (receiving, online.First(cpu => cpu != receiving));
    }

    /// <summary>As in sysfs: <c>0-3,8</c>.</summary>
    public static List<CpuId> Parse(string list)
    {
        var cpus = new List<CpuId>();
        foreach (string part in list.Trim().Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] ends = part.Split('-');
            int to = int.Parse(ends[^1], CultureInfo.InvariantCulture);
            for (int cpu = int.Parse(ends[0], CultureInfo.InvariantCulture); cpu <= to; cpu++)
                cpus.Add(new CpuId(cpu));
        }
        return cpus;
    }
}
