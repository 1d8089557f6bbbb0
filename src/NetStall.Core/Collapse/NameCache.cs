// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace NetStall.Collapse;

/// <summary>The last names made of a text, one for each of some places: who comes later takes the place.</summary>
sealed class NameCache
{
    const int Places = 4096;
    const int LongestKey = 1024;

    readonly record struct Entry(byte[] Key, byte[] Name);

    readonly Entry[] _entries = new Entry[Places];

    public bool TryFind(ReadOnlySpan<byte> key, out ReadOnlySpan<byte> name)
    {
        ref var entry = ref _entries[Place(key)];
        bool isHit = entry.Key is not null && key.SequenceEqual(entry.Key);
        name = isHit ? entry.Name : default;
        return isHit;
    }

    public void Keep(ReadOnlySpan<byte> key, ReadOnlySpan<byte> name)
    {
        if (key.Length <= LongestKey)
            _entries[Place(key)] = new Entry(key.ToArray(), name.ToArray());
    }

    // The ends differ where the middle does: offsets and objects stand at the end, symbols begin at the beginning.
    static int Place(ReadOnlySpan<byte> key)
    {
        ulong hash = (ulong)key.Length;
        if (key.Length >= 8)
        {
            hash ^= BinaryPrimitives.ReadUInt64LittleEndian(key) * 0x9E37_79B9_7F4A_7C15;
            hash = ulong.RotateLeft(hash, 27) ^ BinaryPrimitives.ReadUInt64LittleEndian(key[(key.Length / 2 - 4)..]) * 0xC2B2_AE3D_27D4_EB4F;
            hash = ulong.RotateLeft(hash, 31) ^ BinaryPrimitives.ReadUInt64LittleEndian(key[^8..]) * 0x9E37_79B9_7F4A_7C15;
        }
        else
        {
            foreach (byte b in key)
                hash = hash * 31 + b;
        }
        hash *= 0xD6E8_FEB8_6659_FD93;
        return (int)(hash >> 52) & (Places - 1);
    }
}
