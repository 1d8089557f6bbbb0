// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace NetStall.Model;

/// <summary>The names of one recording (comms, devices, handlers), each kept once as the bytes that stood there.</summary>
/// <remarks>
/// Names are hostile: a comm may hold any byte but NUL, so newlines, escape codes and broken UTF-8. They stay bytes
/// here and become text only in <see cref="Text"/>; each output then escapes for its own medium.
/// Not thread-safe. Grows with distinct names only.
/// </remarks>
public sealed class NameTable
{
    readonly List<byte[]> _names = [[]];
    readonly List<string?> _texts = [null];
    int[] _buckets = new int[64];
    readonly List<int> _next = [0];
    readonly List<uint> _hashes = [0];

    /// <summary>How many names, the unknown one not counted.</summary>
    public int Count => _names.Count - 1;

    /// <summary>The id of these bytes, up to the first NUL. Empty is a name too: a task may have emptied its comm.</summary>
    public NameId Intern(ReadOnlySpan<byte> name)
    {
        int nul = name.IndexOf((byte)0);
        if (nul >= 0)
            name = name[..nul];

        uint hash = Hash(name);
        for (int i = _buckets[hash & (_buckets.Length - 1)]; i != 0; i = _next[i])
        {
            if (_hashes[i] == hash && name.SequenceEqual(_names[i]))
                return new NameId(i);
        }
        return Add(name.ToArray(), hash);
    }

    public NameId Intern(string name) => Intern(Encoding.UTF8.GetBytes(name));

    /// <summary>The name as it stood; empty for the unknown name.</summary>
    public ReadOnlySpan<byte> Bytes(NameId id) => _names[id.Value];

    /// <summary>The name as text, broken UTF-8 shown as U+FFFD; null for the unknown name.</summary>
    public string? Text(NameId id)
    {
        if (!id.IsKnown)
            return null;
        return _texts[id.Value] ??= Encoding.UTF8.GetString(_names[id.Value]);
    }

    NameId Add(byte[] name, uint hash)
    {
        int id = _names.Count;
        _names.Add(name);
        _texts.Add(null);
        _hashes.Add(hash);
        _next.Add(0);
        if (id >= _buckets.Length)
            Grow();
        else
            Link(id);
        return new NameId(id);
    }

    void Link(int id)
    {
        ref int bucket = ref _buckets[_hashes[id] & (_buckets.Length - 1)];
        _next[id] = bucket;
        bucket = id;
    }

    void Grow()
    {
        _buckets = new int[_buckets.Length * 4];
        for (int id = 1; id < _names.Count; id++)
            Link(id);
    }

    // FNV-1a: comms are at most 15 bytes.
    static uint Hash(ReadOnlySpan<byte> bytes)
    {
        uint hash = 2166136261;
        foreach (byte b in bytes)
            hash = (hash ^ b) * 16777619;
        return hash ^ (hash >> 15);
    }
}
