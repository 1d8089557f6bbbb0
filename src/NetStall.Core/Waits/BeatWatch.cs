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
    const int EnoughIdleSamples = 50;

    KernelTime? _last;
    int _idleSamples;
    bool _sampled;
    bool _idleSince, _lostSince;
    Tid _lastTask;
    readonly TickPeriod _ticks = new();

    /// <summary>How often interrupts are due on a busy CPU; null when nothing regular was recorded.</summary>
    public Elapsed? Beat
    {
        get
        {
            long shortest = long.MaxValue;
            foreach (var sampler in recording.Samplers)
            {
                if (_sampled && sampler is { IsTimer: true, SeesAll: true, Period: { Nanoseconds: > 0 } period })
                    shortest = Math.Min(shortest, period.Nanoseconds);
            }
            if (_ticks.Period is { } tick)
                shortest = Math.Min(shortest, tick.Nanoseconds);
            return shortest == long.MaxValue ? null : new Elapsed(shortest);
        }
    }

    /// <summary>A timer's sample came on this CPU, or enough ticks to know their period.</summary>
    public bool WasHeard => Beat is not null;

    /// <summary>Takes every event of the CPU; returns a silence that this event ends, when there was one.</summary>
    public (KernelTime Begin, KernelTime End)? On(in KernelEvent e)
    {
        switch (e.Kind)
        {
            case EventKind.Lost or EventKind.Throttle or EventKind.Unthrottle:
                _lostSince = true;
                return null;
            case EventKind.SchedSwitch:
                // No silence spans a switch, so the next one begins here at the earliest. Whoever comes after idling was woken by an interrupt.
                _last = e.Time;
                _lastTask = e.NextTid;
                _idleSince = e.NextTid.IsIdle;
                _lostSince = false;
                return null;
            case EventKind.CpuIdle:
                _idleSince = true;
                return null;
            case EventKind.SyscallEnter or EventKind.SyscallExit when (_idleSince || _lastTask.IsIdle) && e.Tid is { IsKnown: true, IsIdle: false }:
                // Some virtual machines record nothing in the idle task of some CPUs, not even the switch that ends it: whoever makes calls is at work.
                _last = e.Time;
                _lastTask = e.Tid;
                _idleSince = false;
                return null;
            case EventKind.VectorEntry when IsTick(e):
                _ticks.On(e.Time);
                break;
            case EventKind.Sample when IsTimer(e):
                _sampled = true;
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
        // Where idle is sampled, a hole after an idle sample is no idling either.
        if (e.Tid.IsIdle && e.Kind == EventKind.Sample)
            _idleSamples++;
        bool wasIdle = (_idleSince || _lastTask.IsIdle) && !(_idleSamples >= EnoughIdleSamples && !recording.Kinds.TellIdle);
        bool idle = wasIdle || e.Tid.IsIdle || !e.Tid.IsKnown;
        if (_last is { } last && e.Time - last >= threshold && !idle && !_lostSince
            && Beat is { } beat && (e.Time - last).Nanoseconds * 2 > 5 * beat.Nanoseconds)
            silence = (last, e.Time);
        _last = e.Time;
        _lastTask = e.Tid;
        _idleSince = e.Tid.IsIdle;
        _lostSince = false;
        return silence;
    }

    bool IsTimer(in KernelEvent e) =>
        (uint)e.SamplerIndex < (uint)recording.Samplers.Count && recording.Samplers[e.SamplerIndex] is { IsTimer: true, SeesAll: true };

    bool IsTick(in KernelEvent e) => recording.Names.Bytes(e.HandlerName).SequenceEqual("local_timer"u8);
}
