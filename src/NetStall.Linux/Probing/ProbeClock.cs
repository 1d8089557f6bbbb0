// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using static NetStall.Linux.Probing.ProbeNative;

namespace NetStall.Linux.Probing;

/// <summary>CLOCK_MONOTONIC, and the kernel's stamps of packets brought to it: those are CLOCK_REALTIME, which somebody may set.</summary>
sealed unsafe class ProbeClock
{
    const long AStep = 1_000_000;

    long _offset = Offset();

    /// <summary>How often the wall clock was set meanwhile.</summary>
    public int Steps { get; private set; }

    public static KernelTime Now() => new(Get(ClockMonotonic));

    /// <summary>A moment and its wall-clock time in nanoseconds since 1970.</summary>
    public static (KernelTime Time, long UnixNanoseconds) Wall()
    {
        var now = Now();
        return (now, now.Nanoseconds + Offset());
    }

    /// <summary>Call often: stamps are converted by what was last looked up.</summary>
    public void Refresh()
    {
        long offset = Offset();
        if (Math.Abs(offset - _offset) > AStep)
            Steps++;
        _offset = offset;
    }

    public KernelTime FromRealtime(long nanoseconds) => new(nanoseconds - _offset);

    // Two readings with a preemption between them would lie far apart: the narrowest of three counts.
    static long Offset()
    {
        long best = 0, narrowest = long.MaxValue;
        for (int i = 0; i < 3 && narrowest > 2_000; i++)
        {
            long before = Get(ClockMonotonic), real = Get(ClockRealtime), after = Get(ClockMonotonic);
            if (after - before < narrowest)
                (narrowest, best) = (after - before, real - (before + (after - before) / 2));
        }
        return best;
    }

    static long Get(int clock)
    {
        Timespec time;
        _ = ClockGetTime(clock, &time);
        return time.Nanoseconds;
    }
}
