// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Recordings;

namespace NetStall.Waits;

/// <summary>Watches one CPU's regular interrupts for a silence: the trace that interrupts-off code leaves.</summary>
/// <remarks>
/// cpu-clock is an hrtimer in hard interrupt context, and so is the tick. While interrupts are off neither fires, and missed
/// ones are not made up for: a hole, then one late beat at the instruction that lets interrupts in again.
/// <code>
///   beat  | | | | |                    | | | |
///                 [      silence       )
/// </code>
/// An idle CPU may miss beats for good reasons (the tick stops, a halted virtual CPU wakes late), so a silence counts only
/// when a task was at work on both of its sides and nobody idled in between. Lost records and throttling explain holes too.
/// </remarks>
sealed class BeatWatch(Recording recording, Elapsed threshold)
{
    KernelTime? _last;
    bool _idleSince, _lostSince;
    Tid _lastTask;
    KernelTime? _lastTick;
    long _tickPeriod = long.MaxValue;

    /// <summary>How often interrupts are due on a busy CPU; null when nothing regular was recorded.</summary>
    public Elapsed? Beat
    {
        get
        {
            long shortest = long.MaxValue;
            foreach (var sampler in recording.Samplers)
            {
                if (sampler is { IsTimer: true, SeesAll: true, Period: { Nanoseconds: > 0 } period })
                    shortest = Math.Min(shortest, period.Nanoseconds);
            }
            // Below a millisecond there is no tick: those are other hrtimers on the same vector.
            if (_tickPeriod is >= 900_000 and < 20_000_000)
                shortest = Math.Min(shortest, _tickPeriod);
            return shortest == long.MaxValue ? null : new Elapsed(shortest);
        }
    }

    /// <summary>Takes every event of the CPU; returns a silence that this event ends, when there was one.</summary>
    public (KernelTime Begin, KernelTime End)? On(in KernelEvent e)
    {
        switch (e.Kind)
        {
            case EventKind.Lost or EventKind.Throttle or EventKind.Unthrottle:
                _lostSince = true;
                return null;
            case EventKind.SchedSwitch:
                if (e.NextTid.IsIdle || e.Tid.IsIdle)
                    _idleSince = true;
                return null;
            case EventKind.CpuIdle:
                _idleSince = true;
                return null;
            case EventKind.VectorEntry when IsTick(e):
                NoteTick(e.Time);
                break;
            case EventKind.Sample when IsTimer(e):
                break;
            case EventKind.HardirqEntry or EventKind.VectorEntry:
                break;
            case EventKind.SoftirqRaise when e.Has(ContextFlags.Known | ContextFlags.HardIrq):
                break;
            default:
                return null;
        }

        // Here an interrupt has come.
        (KernelTime, KernelTime)? silence = null;
        bool idle = _idleSince || e.Tid.IsIdle || _lastTask.IsIdle || !e.Tid.IsKnown;
        if (_last is { } last && !idle && !_lostSince && Beat is { } beat)
        {
            var gap = e.Time - last;
            if (gap >= threshold && gap.Nanoseconds > 3 * beat.Nanoseconds)
                silence = (last, e.Time);
        }
        _last = e.Time;
        _lastTask = e.Tid;
        _idleSince = e.Tid.IsIdle;
        _lostSince = false;
        return silence;
    }

    bool IsTimer(in KernelEvent e) =>
        (uint)e.SamplerIndex < (uint)recording.Samplers.Count && recording.Samplers[e.SamplerIndex] is { IsTimer: true, SeesAll: true };

    bool IsTick(in KernelEvent e) => recording.Names.Bytes(e.HandlerName).SequenceEqual("local_timer"u8);

    void NoteTick(KernelTime time)
    {
        if (_lastTick is { } last && (time - last).Nanoseconds is > 900_000 and var gap)
            _tickPeriod = Math.Min(_tickPeriod, gap);
        _lastTick = time;
    }
}
