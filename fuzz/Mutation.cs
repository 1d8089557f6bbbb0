// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace NetStall.Fuzz;

/// <summary>One damaged copy of a file: what disks, pipes and mischief do, and what parsers are weakest at: sizes, counts, ends.</summary>
static class Mutation
{
    static readonly ulong[] Telling = [0, 1, 7, 8, 9, 16, 64, 127, 128, 255, 256, 4095, 65_535, 65_536, int.MaxValue, uint.MaxValue, 1ul << 60, long.MaxValue, ulong.MaxValue];

    public static byte[] Of(byte[] file, Random random)
    {
        var bytes = (byte[])file.Clone();
        for (int k = random.Next(1, 8); k > 0 && bytes.Length > 16; k--)
        {
            int at = random.Next(bytes.Length);
            switch (random.Next(8))
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
                    at = (at & ~7) + 6;
                    if (at + 2 <= bytes.Length)
                        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at), (ushort)Telling[random.Next(Telling.Length)]);
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
                    int other = random.Next(bytes.Length);
                    int copied = Math.Min(random.Next(1, 64), bytes.Length - Math.Max(at, other));
                    bytes.AsSpan(other, copied).ToArray().CopyTo(bytes, at);
                    break;
                default:
                    "\n\0[]():;=> ./-"u8[random.Next(13)..][..1].CopyTo(bytes.AsSpan(at));
                    break;
            }
        }
        return bytes;
    }
}
