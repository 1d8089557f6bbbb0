// SPDX-License-Identifier: Apache-2.0
using NetStall.Linux.Native;
using NetStall.Model;

namespace NetStall.Linux.PerfEvents;

/// <summary>CLOCK_MONOTONIC, the clock of our recordings, and what the wall's clock shows at the same moment.</summary>
static unsafe class MonotonicTime
{
    public static KernelTime Now() => new(Read(PerfNative.MonotonicClock));

    /// <summary>The same moment on both clocks, to a microsecond or so: the closest of some pairs of readings.</summary>
    public static (KernelTime Monotonic, long UnixNanoseconds) WithWallClock()
    {
        const int Attempts = 5;
        (KernelTime, long) best = default;
        long closest = long.MaxValue;
        for (int i = 0; i < Attempts; i++)
        {
            long before = Read(PerfNative.MonotonicClock);
            long wall = Read(PerfNative.RealtimeClock);
            long apart = Read(PerfNative.MonotonicClock) - before;
            if (apart >= closest)
                continue;
            closest = apart;
            best = (new KernelTime(before + apart / 2), wall);
        }
        return best;
    }

    static long Read(int clock)
    {
        PerfNative.Moment now;
        if (PerfNative.clock_gettime(clock, &now) < 0)
            throw SystemCallException.Last("clock_gettime");
        return now.Seconds * 1_000_000_000 + now.Nanoseconds;
    }
}
