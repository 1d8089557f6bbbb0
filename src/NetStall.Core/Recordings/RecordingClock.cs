// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Recordings;

/// <summary>The clock of a recording's times.</summary>
/// <param name="Name"><c>CLOCK_MONOTONIC</c> …; <c>perf clock</c> for perf's own (sched_clock); null when not told.</param>
/// <param name="WallClockAt">A moment on this clock whose wall-clock time is known, with that time in nanoseconds since 1970 (UTC); null without one.</param>
public sealed record RecordingClock(string? Name, (KernelTime Time, long UnixNanoseconds)? WallClockAt)
{
    public static readonly RecordingClock Unknown = new(null, null);
}
