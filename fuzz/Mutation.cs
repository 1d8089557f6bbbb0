// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace NetStall.Fuzz;

/// <summary>One damaged copy of a file: what disks, pipes and mischief do, and what parsers are weakest at: sizes, counts, ends.</summary>
static class Mutation
{
    static readonly ulong[] Telling = [0, 1, 7, 8, 9, 16, 64, 127, 128, 255, 256, 4095, 65_535, 65_536, int.MaxValue, uint.MaxValue, 1ul << 60, long.MaxValue, ulong.MaxValue];

    /// <param name="files">One of them is damaged; pieces of the others are spliced in.</param>
    public static byte[] Of(byte[][] files, Random random)
    {
        var bytes = (byte[])files[random.Next(files.Length)].Clone();
        var records = PerfRecords(bytes);
        for (int k = random.Next(1, 8); k > 0 && bytes.Length > 16; k--)
        {
            int at = random.Next(bytes.Length);
            switch (random.Next(11))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    // A size, a count or an offset: where binary formats keep them.
                    at &= ~7;
                    if (at + 8 <= bytes.Length)
                        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(at), Telling[random.Next(Telling.Length)]);
                    break;
                case 3:
                    at &= ~3;
                    if (at + 4 <= bytes.Length)
                        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), (uint)Telling[random.Next(Telling.Length)]);
                    break;
                case 4:
                    bytes = bytes[..at];
                    break;
                case 5:
                    // A stretch is missing, or stands twice.
                    int length = Math.Min(random.Next(1, 200), bytes.Length - at);
                    bytes = random.Next(2) == 0 ? [.. bytes[..at], .. bytes[(at + length)..]] : [.. bytes[..(at + length)], .. bytes[at..]];
                    break;
                case 6:
                    // A stretch of this or another file stands where it does not belong.
                    var from = files[random.Next(files.Length)];
                    int other = random.Next(from.Length);
                    int copied = Math.Min(random.Next(1, 200), Math.Min(from.Length - other, bytes.Length - at));
                    from.AsSpan(other, copied).CopyTo(bytes.AsSpan(at));
                    break;
                case 7:
                    "\n\0[]():;=> ./-"u8[random.Next(13)..][..1].CopyTo(bytes.AsSpan(at));
                    break;
                default:
                    if (records.Count > 0)
                        DamageRecord(bytes, records[random.Next(records.Count)], random);
                    break;
            }
        }
        return bytes;
    }

    // u32 type · u16 misc · u16 size · fields of 8 bytes, among them counts
    static void DamageRecord(byte[] bytes, int at, Random random)
    {
        if (at + 16 > bytes.Length)
            return;
        int size = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at + 6));
        switch (random.Next(4))
        {
            case 0:
                BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), (uint)random.Next(1, 90));
                break;
            case 1:
                BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at + 6), (ushort)(random.Next(2) == 0 ? size + random.Next(-24, 25) : (int)Telling[random.Next(10)]));
                break;
            case 2:
                BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at + 4), (ushort)random.Next(65_536));
                break;
            default:
                int field = at + 8 + 8 * random.Next(Math.Max(1, size / 8 - 1));
                if (field + 8 <= bytes.Length)
                    BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(field), Telling[random.Next(Telling.Length)]);
                break;
        }
    }

    static List<int> PerfRecords(byte[] bytes)
    {
        var records = new List<int>();
        if (!bytes.AsSpan().StartsWith("PERFILE2"u8) || bytes.Length < 104)
            return records;
        bool pipe = bytes[8] == 16;
        ulong begin = pipe ? 16 : BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(40));
        for (ulong at = begin; at + 8 <= (ulong)bytes.Length;)
        {
            records.Add((int)at);
            int size = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan((int)at + 6));
            if (size < 8)
                break;
            at += (ulong)size;
        }
        return records;
    }
}
