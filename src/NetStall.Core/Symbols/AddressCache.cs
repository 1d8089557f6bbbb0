// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Symbols;

/// <summary>What addresses were called, so that each is looked up once. Open addressing: a hit costs one multiplication and one compare.</summary>
sealed class AddressCache
{
    // Kernels have some 100,000 places that a chain can hold; a file with more is made up.
    const int Most = 1 << 20;

    ulong[] _keys = new ulong[1024];
    string?[] _names = new string?[1024];
    int _count;

    /// <summary>Whether the address was put in; null may be what it is called.</summary>
    public bool TryGet(ulong address, out string? name)
    {
        int i = Slot(address);
        name = _names[i];
        return address != 0 && _keys[i] == address;
    }

    /// <summary>Remembers. Address 0 marks free places and is not remembered.</summary>
    public void Put(ulong address, string? name)
    {
        if (address == 0)
            return;
        if (_count * 2 >= _keys.Length)
            Grow();
        int i = Slot(address);
        _count += _keys[i] == 0 ? 1 : 0;
        _keys[i] = address;
        _names[i] = name;
    }

    public void Clear()
    {
        Array.Clear(_keys);
        Array.Clear(_names);
        _count = 0;
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
        var (keys, names) = (_keys, _names);
        _keys = new ulong[keys.Length * 2];
        _names = new string?[keys.Length * 2];
        for (int i = 0; i < keys.Length; i++)
        {
            if (keys[i] == 0)
                continue;
            int to = Slot(keys[i]);
            _keys[to] = keys[i];
            _names[to] = names[i];
        }
    }
}
