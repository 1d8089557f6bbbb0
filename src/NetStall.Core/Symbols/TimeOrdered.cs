// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Symbols;

/// <summary>Things that happened, told in nearly the order of time: put in order when somebody looks.</summary>
/// <remarks>Inserting in order would take for ever on a file whose times run backwards. Of equal times the first told stays first.</remarks>
sealed class TimeOrdered<T>
{
    List<(KernelTime Time, T Value)> _items = [];
    bool _ordered = true;

    public int Count => _items.Count;

    /// <summary>The latest time of all.</summary>
    public KernelTime Latest { get; private set; } = new(long.MinValue);

    public void Add(KernelTime time, T value)
    {
        Latest = KernelTime.Max(Latest, time);
        _ordered &= _items.Count == 0 || _items[^1].Time <= time;
        _items.Add((time, value));
    }

    public (KernelTime Time, T Value) this[int i] => _items[i];

    /// <summary>The index of the first item later than that time. Puts all in order.</summary>
    public int After(KernelTime time)
    {
        if (!_ordered)
        {
            // Stable, unlike List.Sort.
            _items = [.. _items.OrderBy(i => i.Time)];
            _ordered = true;
        }
        int low = 0, high = _items.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_items[middle].Time <= time)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
