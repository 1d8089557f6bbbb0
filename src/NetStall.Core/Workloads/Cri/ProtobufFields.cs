// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Workloads.Cri;

// A message is a row of fields, each a tag and a value. The tag is a varint: number << 3 | kind.
//
//     0a 03 61 70 70        field 1, kind 2: three bytes, "app"
//     ^^ tag   ^^ ^^ ^^
//        ^^ length, a varint
//
// Kinds: 0 varint, 1 eight bytes, 2 length and bytes, 5 four bytes. 3 and 4 were groups, which no message of ours has.

/// <summary>Goes through the fields of a protobuf message. What cannot be read ends it, and <see cref="IsDamaged"/> tells.</summary>
ref struct ProtobufFields(ReadOnlySpan<byte> message)
{
    const int Varint = 0, EightBytes = 1, Bytes = 2, FourBytes = 5;

    ReadOnlySpan<byte> _rest = message;

    /// <summary>Of the field that stands: its number in the message's description.</summary>
    public int Number { get; private set; }

    /// <summary>What it holds, if it holds bytes: a text, or a message; else empty.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    public bool IsDamaged { get; private set; }

    /// <summary>To the next field; false at the end.</summary>
    public bool MoveNext()
    {
        Value = default;
        if (_rest.IsEmpty)
            return false;
        if (!TryVarint(out ulong tag) || tag >> 3 is 0 or > int.MaxValue)
            return Damaged();
        Number = (int)(tag >> 3);
        switch ((int)(tag & 7))
        {
            case Varint:
                return TryVarint(out _) || Damaged();
            case EightBytes:
                return TrySkip(8, out _) || Damaged();
            case FourBytes:
                return TrySkip(4, out _) || Damaged();
            case Bytes:
                if (!TryVarint(out ulong length) || !TrySkip(length, out var value))
                    return Damaged();
                Value = value;
                return true;
            default:
                return Damaged();
        }
    }

    bool Damaged()
    {
        IsDamaged = true;
        _rest = default;
        return false;
    }

    // Seven bits a byte, the lowest first; the last byte has its top bit clear.
    bool TryVarint(out ulong value)
    {
        value = 0;
        for (int i = 0; i < _rest.Length && i < 10; i++)
        {
            value |= (ulong)(_rest[i] & 0x7f) << (7 * i);
            if (_rest[i] >> 7 == 0)
            {
                _rest = _rest[(i + 1)..];
                return true;
            }
        }
        return false;
    }

    bool TrySkip(ulong length, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (length > (ulong)_rest.Length)
            return false;
        value = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return true;
    }
}
