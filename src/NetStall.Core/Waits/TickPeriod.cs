// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Waits;

/// <summary>Learns how often the tick comes from irq_vectors:local_timer_entry, on one CPU.</summary>
/// <remarks>
/// The vector serves every hrtimer, so gaps may be of any length; but between two ticks of a busy CPU without other timers lies
/// exactly 1/HZ. The longest of the four values of HZ that shows again and again is taken: too long a period only makes us slower to
/// call something a silence.
/// </remarks>
sealed class TickPeriod
{
    // CONFIG_HZ is 100, 250, 300 or 1000.
    static readonly long[] Periods = [10_000_000, 4_000_000, 3_333_333, 1_000_000];

    const int Enough = 8;

    readonly int[] _seen = new int[Periods.Length];
    KernelTime? _last;
    int _gaps;

    public Elapsed? Period
    {
        get
        {
            for (int i = 0; i < Periods.Length; i++)
            {
                if (_seen[i] >= Enough && _seen[i] * 20 >= _gaps)
                    return new Elapsed(Periods[i]);
            }
            return null;
        }
    }

    public void On(KernelTime time)
    {
        if (_last is { } last)
        {
            long gap = (time - last).Nanoseconds;
            _gaps++;
            for (int i = 0; i < Periods.Length; i++)
            {
                if (Math.Abs(gap - Periods[i]) < Periods[i] / 40)
                    _seen[i]++;
            }
        }
        _last = time;
    }
}
