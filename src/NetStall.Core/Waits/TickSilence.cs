// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Waits;

/// <summary>Notices while a recording goes on that a busy CPU's tick came late: interrupts were off, or the CPU did not run. One CPU.</summary>
/// <remarks>
/// <code>
///   tick in task a .. tick in a ................ tick in a        late: the threshold and a tick have passed
///   tick in task a .. tick in a      (idle: no ticks)      tick in b
/// </code>
/// Idle CPUs stop their tick, so the same task must be seen on both sides. That is a hint to look closer, not a verdict.
/// </remarks>
public sealed class TickSilence(Elapsed threshold)
{
    /// <summary>The longest tick of any kernel, HZ=100.</summary>
    static readonly Elapsed LongestTick = Elapsed.FromMilliseconds(10);

    KernelTime? _last;
    Tid _task = Tid.Unknown;

    /// <summary>Takes a local timer's interrupt; returns the silence that it ends, null for none.</summary>
    public LiveWait? OnTick(in KernelEvent e)
    {
        var (before, task) = (_last, _task);
        (_last, _task) = (e.Time, e.Tid);
        return before is { } since && task == e.Tid && e.Tid.IsKnown && !e.Tid.IsIdle && e.Time - since >= threshold + LongestTick
            ? new LiveWait(e.Cpu, since, e.Time)
            : null;
    }
}
