// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Symbols;

/// <summary>What is mapped in a process at one time: stretches that do not overlap, by address.</summary>
/// <remarks>
/// A new mapping replaces what was there, as mmap does:
/// <code>
///   before   |--- a ---|     |--- b ---|
///   new           |----- c ------|
///   after    | a  |----- c ------|  b  |
/// </code>
/// </remarks>
sealed class MapSnapshot
{
    readonly record struct Stretch(ulong From, ulong To, RecordedMap Map);

    /// <summary>vm.max_map_count is 65,530; what a file tells beyond was made up, and is left out.</summary>
    const int Most = 1 << 16;

    readonly List<Stretch> _stretches = [];

    public int Count => _stretches.Count;

    public void Clear() => _stretches.Clear();

    public void CopyFrom(MapSnapshot parent)
    {
        if (parent == this)
            return;
        _stretches.Clear();
        _stretches.AddRange(parent._stretches);
    }

    public void Add(RecordedMap map)
    {
        if (map.End <= map.Start || _stretches.Count >= Most)
            return;
        int begin = FirstEndingAfter(map.Start), end = begin;
        Stretch? left = null, right = null;
        for (; end < _stretches.Count && _stretches[end].From < map.End; end++)
        {
            var old = _stretches[end];
            if (old.From < map.Start)
                left = old with { To = map.Start };
            if (old.To > map.End)
                right = old with { From = map.End };
        }
        _stretches.RemoveRange(begin, end - begin);
        if (right is { } after)
            _stretches.Insert(begin, after);
        _stretches.Insert(begin, new Stretch(map.Start, map.End, map));
        if (left is { } before)
            _stretches.Insert(begin, before);
    }

    public RecordedMap? Find(ulong address)
    {
        int i = FirstEndingAfter(address);
        return i < _stretches.Count && _stretches[i].From <= address ? _stretches[i].Map : null;
    }

    int FirstEndingAfter(ulong address)
    {
        int low = 0, high = _stretches.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_stretches[middle].To <= address)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
