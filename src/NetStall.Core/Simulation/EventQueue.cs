// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Simulation;

/// <summary>What happens next. Each slot is one thing that may happen (a tick of CPU 3, a packet for queue 1) and is due once at most.</summary>
/// <remarks>
/// A binary heap that knows where each slot lies, so that a time can be moved or cancelled: nothing stale stays, and nothing is allocated.
/// Of equal times the lower rank comes first, then what was set first.
/// </remarks>
sealed class EventQueue
{
    struct Entry
    {
        public long Time;
        public ulong Order;
        public int Slot;
    }

    readonly Entry[] _heap;
    readonly int[] _at;
    readonly ulong[] _rank;
    int _count;
    ulong _sequence;

    public EventQueue(int slots)
    {
        _heap = new Entry[slots + 1];
        _heap[0].Time = long.MaxValue;
        _at = new int[slots];
        Array.Fill(_at, -1);
        _rank = new ulong[slots];
    }

    /// <summary>When the next thing happens; <see cref="long.MaxValue"/> when nothing does.</summary>
    public long Next => _heap[0].Time;

    public void Rank(int slot, int rank) => _rank[slot] = (ulong)rank << 56;

    public bool IsDue(int slot) => _at[slot] >= 0;

    public void Set(int slot, long time)
    {
        var entry = new Entry { Time = time, Order = _rank[slot] | _sequence++, Slot = slot };
        int i = _at[slot];
        if (i < 0)
            Up(_count++, entry);
        else if (IsBefore(entry, _heap[i]))
            Up(i, entry);
        else
            Down(i, entry);
    }

    public void Cancel(int slot)
    {
        int i = _at[slot];
        if (i >= 0)
            Remove(i);
    }

    /// <summary>Takes the next slot off. Not when there is none.</summary>
    public int Take()
    {
        int slot = _heap[0].Slot;
        Remove(0);
        return slot;
    }

    void Remove(int i)
    {
        _at[_heap[i].Slot] = -1;
        var last = _heap[--_count];
        if (i == _count)
        {
            _heap[i].Time = long.MaxValue;
            return;
        }
        _heap[_count].Time = long.MaxValue;
        if (i > 0 && IsBefore(last, _heap[(i - 1) / 2]))
            Up(i, last);
        else
            Down(i, last);
    }

    void Up(int i, in Entry entry)
    {
        var moved = entry;
        while (i > 0)
        {
            int parent = (i - 1) / 2;
            if (!IsBefore(moved, _heap[parent]))
                break;
            _heap[i] = _heap[parent];
            _at[_heap[i].Slot] = i;
            i = parent;
        }
        _heap[i] = moved;
        _at[moved.Slot] = i;
    }

    void Down(int i, in Entry entry)
    {
        var moved = entry;
        while (true)
        {
            int child = 2 * i + 1;
            if (child >= _count)
                break;
            if (child + 1 < _count && IsBefore(_heap[child + 1], _heap[child]))
                child++;
            if (!IsBefore(_heap[child], moved))
                break;
            _heap[i] = _heap[child];
            _at[_heap[i].Slot] = i;
            i = child;
        }
        _heap[i] = moved;
        _at[moved.Slot] = i;
    }

    static bool IsBefore(in Entry a, in Entry b) => a.Time != b.Time ? a.Time < b.Time : a.Order < b.Order;
}
