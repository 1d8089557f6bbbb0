// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Probing;

/// <summary>What an answer of one flow usually takes: quartiles of the last 128.</summary>
/// <remarks>
/// The lower quartile, since while the path is calm a third of all answers may be late without moving it; and it follows a route that has become
/// longer for good. Answers of a stall are not told to it.
/// </remarks>
sealed class RttBaseline
{
    const int Remembered = 128;
    const int SortedEvery = 16;

    readonly long[] _last = new long[Remembered];
    readonly long[] _sorted = new long[Remembered];
    int _count, _next, _unsorted;

    public bool IsKnown => _count > 0;

    /// <summary>The lower quartile.</summary>
    public Elapsed Usual { get; private set; }

    /// <summary>From the lower quartile to the median.</summary>
    public Elapsed Jitter { get; private set; }

    public void Add(Elapsed rtt)
    {
        _last[_next] = rtt.Nanoseconds;
        _next = (_next + 1) % Remembered;
        _count = Math.Min(_count + 1, Remembered);
        if (_count > SortedEvery && ++_unsorted < SortedEvery)
            return;
        _unsorted = 0;
        _last.AsSpan(0, _count).CopyTo(_sorted);
        var sorted = _sorted.AsSpan(0, _count);
        sorted.Sort();
        Usual = new Elapsed(sorted[_count / 4]);
        Jitter = new Elapsed(sorted[_count / 2] - sorted[_count / 4]);
    }
}
