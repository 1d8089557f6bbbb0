// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using NetStall.Model;
using NetStall.Recordings;

namespace NetStall.Reports;

/// <summary>Wall-clock times of a recording that has a wall clock.</summary>
public static class WallClock
{
    /// <summary><c>2026-11-22T12:31:28.640672000Z</c>; null when the recording does not tell.</summary>
    public static string? Utc(RecordingClock clock, KernelTime time)
    {
        if (clock.WallClockAt is not var (known, wall))
            return null;
        long nanoseconds = wall + (time - known).Nanoseconds;
        if (nanoseconds is < 0 or > 4_000_000_000_000_000_000)
            return null;
        var seconds = DateTimeOffset.FromUnixTimeSeconds(nanoseconds / 1_000_000_000);
        return string.Create(CultureInfo.InvariantCulture, $"{seconds:yyyy-MM-dd'T'HH:mm:ss}.{nanoseconds % 1_000_000_000:D9}Z");
    }
}
