// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Symbols;

/// <summary>What was found at addresses, so that each is looked up once. Open addressing: a hit costs one multiplication and one compare.</summary>
sealed class AddressCache<T> where T : class
{
    // Kernels have some 100,000 places that a chain can hold; a file with more is made up.
    const int Most = 1 << 20;

    const int Least = 1024;

    ulong[] _keys = new ulong[Least];
    T?[] _values = new T?[Least];
    int _count;

    /// <summary>Whether the address was put in; null may be what was found.</summary>
    public bool TryGet(ulong address, out T? value)
    {
        int i = Slot(address);
        value = _values[i];
        return address != 0 && _keys[i] == address;
    }

    /// <summary>Remembers. Address 0 marks free places and is not remembered.</summary>
    public void Put(ulong address, T? value)
    {
        if (address == 0)
            return;
        if (_count * 2 >= _keys.Length)
            Grow();
        int i = Slot(address);
        _count += _keys[i] == 0 ? 1 : 0;
        _keys[i] = address;
        _values[i] = value;
    }

    /// <summary>Forgets all, and gives back what was large: a file that makes us forget again and again must not make us wipe megabytes each time.</summary>
    public void Clear()
    {
        if (_count == 0)
            return;
        _count = 0;
        if (_keys.Length > Least)
        {
            _keys = new ulong[Least];
            _values = new T?[Least];
            return;
        }
        Array.Clear(_keys);
        Array.Clear(_values);
    }

    int Slot(ulong address)
    {
        int mask = _keys.Length - 1;
        int i = (int)(unchecked(address * 0x9E3779B97F4A7C15) >> 32) & mask;
        while (_keys[i] != address && _keys[i] != 0)
            i = (i + 1) & mask;
        return i;
    }

    void Grow()
    {
        if (_keys.Length >= Most)
        {
            Clear();
            return;
        }
        var (keys, values) = (_keys, _values);
        _keys = new ulong[keys.Length * 2];
        _values = new T?[keys.Length * 2];
        for (int i = 0; i < keys.Length; i++)
        {
            if (keys[i] == 0)
                continue;
            int to = Slot(keys[i]);
            _keys[to] = keys[i];
            _values[to] = values[i];
        }
    }
}
