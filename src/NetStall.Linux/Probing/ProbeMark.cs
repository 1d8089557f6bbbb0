// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace NetStall.Linux.Probing;

/// <summary>The payload of a datagram: which run, which probe. Sixteen bytes, all of which an ICMP error brings back.</summary>
sealed class ProbeMark
{
    public const int Size = 16;

    readonly ulong _run = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));

    public void Write(Span<byte> payload, long sequence)
    {
        BinaryPrimitives.WriteUInt64BigEndian(payload, _run);
        BinaryPrimitives.WriteInt64BigEndian(payload[8..], sequence);
    }

    public bool TryRead(ReadOnlySpan<byte> payload, out long sequence)
    {
        sequence = 0;
        if (payload.Length < Size || BinaryPrimitives.ReadUInt64BigEndian(payload) != _run)
            return false;
        sequence = BinaryPrimitives.ReadInt64BigEndian(payload[8..]);
        return true;
    }
}
