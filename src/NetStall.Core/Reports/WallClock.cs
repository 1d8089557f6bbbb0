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
    /// <summary>What <see cref="Utc"/> wrote, read back: a moment whose wall-clock time is known. Null when it is no such text.</summary>
    public static (KernelTime Time, long UnixNanoseconds)? Known(KernelTime time, string? utc)
    {
        // 2026-11-22T12:31:28.640672000Z: .NET knows seven of the nine digits.
        if (utc is not { Length: 30 } || utc[19] != '.' || utc[29] != 'Z'
            || !DateTimeOffset.TryParseExact(utc.AsSpan(0, 19), "yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var seconds)
            || !int.TryParse(utc.AsSpan(20, 9), NumberStyles.None, CultureInfo.InvariantCulture, out int nanoseconds)
            || seconds.Year is < 1970 or >= 2090)
            return null;
        return (time, seconds.ToUnixTimeSeconds() * 1_000_000_000 + nanoseconds);
    }
}
