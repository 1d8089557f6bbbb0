// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace NetStall.Linux.Lab.Stalls;

/// <summary>How much memory may be taken without pushing anybody else's out.</summary>
static class AvailableMemory
{
    // MemAvailable:   21313160 kB
    public static long Bytes()
    {
        const string Name = "MemAvailable:";
        string line = File.ReadLines("/proc/meminfo").FirstOrDefault(l => l.StartsWith(Name, StringComparison.Ordinal))
            ?? throw new CannotHereException("/proc/meminfo does not say how much memory is available (kernels before 3.14): take a newer kernel.");
        return long.Parse(line.AsSpan(Name.Length).Trim().TrimEnd("kB").Trim(), CultureInfo.InvariantCulture) * 1024;
    }

    /// <exception cref="CannotHereException">There is less than four times as much.</exception>
    public static void Demand(long bytes)
    {
        if (Bytes() / 4 < bytes)
            throw new CannotHereException(string.Create(CultureInfo.InvariantCulture, $"There is too little memory for this stall, which takes {bytes >> 20} MB: free {bytes * 4 >> 20} MB."));
    }
}
