// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Simulation;

namespace NetStall.Tests.Simulation;

/// <summary>How long each task had CPU 0, interrupts on top of it included.</summary>
sealed class TimeLog : ITimeWatch
{
    readonly Dictionary<int, long> _total = [], _longest = [];
    int _current = -1;
    long _run, _end;

    /// <summary>Whether each piece began where the last one ended.</summary>
    public bool IsWithoutGaps { get; private set; } = true;

    public long Of(int tid) => _total.GetValueOrDefault(tid);

    /// <summary>Without a break.</summary>
    public long LongestOf(int tid) => _longest.GetValueOrDefault(tid);

    public void OnSpent(CpuId cpu, CpuTime use, Tid task, Elapsed from, Elapsed to)
    {
        if (cpu.Value != 0)
            return;
        IsWithoutGaps &= from.Nanoseconds == _end;
        _end = to.Nanoseconds;
        long spent = (to - from).Nanoseconds;
        _run = task.Value == _current ? _run + spent : spent;
        _current = task.Value;
        _total[_current] = Of(_current) + spent;
        _longest[_current] = Math.Max(LongestOf(_current), _run);
    }
}
