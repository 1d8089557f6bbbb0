// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Collapse;

/// <summary>Call chains, each distinct one kept once.</summary>
sealed class ChainTable
{
    readonly record struct Entry(int Start, int Length, Pid Pid, ulong Hash, int Next);

    readonly List<Entry> _entries = [];
    int[] _buckets = new int[1024];
    ulong[] _addresses = new ulong[4096];
    int _used;

    /// <summary>The number of this chain of this process.</summary>
    public int Intern(ReadOnlySpan<ulong> chain, Pid pid)
    {
        ulong hash = (uint)pid.Value;
        foreach (ulong address in chain)
            hash = ulong.RotateLeft((hash ^ address) * 0x9E37_79B9_7F4A_7C15, 29);
        for (int i = _buckets[hash & (ulong)(_buckets.Length - 1)] - 1; i >= 0; i = _entries[i].Next)
        {
            var entry = _entries[i];
            if (entry.Hash == hash && entry.Pid == pid && ChainOf(i).SequenceEqual(chain))
                return i;
        }
        return Add(chain, pid, hash);
    }

    public ReadOnlySpan<ulong> ChainOf(int number) => _addresses.AsSpan(_entries[number].Start, _entries[number].Length);

    int Add(ReadOnlySpan<ulong> chain, Pid pid, ulong hash)
    {
        if (_used + chain.Length > _addresses.Length)
            Array.Resize(ref _addresses, Math.Max(_addresses.Length * 2, _used + chain.Length));
        chain.CopyTo(_addresses.AsSpan(_used));
        if (_entries.Count == _buckets.Length)
            Grow();
        ref int bucket = ref _buckets[hash & (ulong)(_buckets.Length - 1)];
        _entries.Add(new Entry(_used, chain.Length, pid, hash, bucket - 1));
        _used += chain.Length;
        bucket = _entries.Count;
        return _entries.Count - 1;
    }

    void Grow()
    {
        _buckets = new int[_buckets.Length * 4];
        for (int i = 0; i < _entries.Count; i++)
        {
            ref int bucket = ref _buckets[_entries[i].Hash & (ulong)(_buckets.Length - 1)];
            _entries[i] = _entries[i] with { Next = bucket - 1 };
            bucket = i + 1;
        }
    }
}
