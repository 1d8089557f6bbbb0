// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Text;

namespace NetStall.Linux.Lab.Stalls;

/// <summary>Many requests to nf_tables as one datagram: the kernel does all of them or none, and in one call.</summary>
/// <remarks>
/// Each is a netlink header, <c>struct nfgenmsg</c> and attributes, which may hold attributes. Netfilter's numbers are big-endian, the lengths are not:
/// <code>
///   BATCH_BEGIN | len 32 NEWTABLE flags seq 0 | family version resource | len 8 type 1 "lab" | … | BATCH_END
/// </code>
/// (linux/netfilter/nfnetlink.h)
/// </remarks>
sealed class NetfilterBatch
{
    const int HeaderSize = 16, FamilySize = 4, AttributeHeaderSize = 4;
    const ushort Begin = 16, End = 17, Subsystem = 10;      // NFNL_MSG_BATCH_BEGIN, _END, NFNL_SUBSYS_NFTABLES
    const ushort Request = 1, Nested = 1 << 15;             // NLM_F_REQUEST, NLA_F_NESTED
    const byte AnyFamily = 0, Internet = 2;

    byte[] _bytes = new byte[1 << 16];
    int _length;

    public NetfilterBatch() => Message(Begin, 0, AnyFamily, Subsystem, _ => { });

    /// <summary>The whole batch.</summary>
    public ReadOnlySpan<byte> Finish()
    {
        Message(End, 0, AnyFamily, Subsystem, _ => { });
        return _bytes.AsSpan(0, _length);
    }

    /// <param name="type">One of nf_tables' own.</param>
    /// <param name="flags">Beside that it is a request.</param>
    /// <param name="attributes">Adds them.</param>
    public NetfilterBatch Request4(ushort type, ushort flags, Action<NetfilterBatch> attributes)
    {
        Message((ushort)(Subsystem << 8 | type), flags, Internet, 0, attributes);
        return this;
    }

    public NetfilterBatch Text(ushort type, string value) => Attribute(type, Encoding.ASCII.GetBytes(value + "\0"));

    public NetfilterBatch Number(ushort type, uint value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return Attribute(type, bytes);
    }

    /// <summary>An attribute that holds whatever is added within.</summary>
    public NetfilterBatch Nest(ushort type, Action<NetfilterBatch> within)
    {
        int begin = _length;
        Attribute((ushort)(type | Nested), []);
        within(this);
        BinaryPrimitives.WriteUInt16LittleEndian(_bytes.AsSpan(begin), (ushort)(_length - begin));
        return this;
    }

    NetfilterBatch Attribute(ushort type, ReadOnlySpan<byte> value)
    {
        var at = Take(AttributeHeaderSize + value.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(at, (ushort)(AttributeHeaderSize + value.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(at[2..], type);
        value.CopyTo(at[AttributeHeaderSize..]);
        return this;
    }

    void Message(ushort type, ushort flags, byte family, ushort resource, Action<NetfilterBatch> attributes)
    {
        int begin = _length;
        var at = Take(HeaderSize + FamilySize);
        BinaryPrimitives.WriteUInt16LittleEndian(at[4..], type);
        BinaryPrimitives.WriteUInt16LittleEndian(at[6..], (ushort)(Request | flags));
        at[HeaderSize] = family;
        BinaryPrimitives.WriteUInt16BigEndian(at[(HeaderSize + 2)..], resource);
        attributes(this);
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(begin), _length - begin);
    }

    // Zeroed, and what follows begins at a multiple of four.
    Span<byte> Take(int length)
    {
        int begin = _length;
        _length += (length + 3) & ~3;
        if (_length > _bytes.Length)
            Array.Resize(ref _bytes, Math.Max(_length, _bytes.Length * 2));
        return _bytes.AsSpan(begin, _length - begin);
    }
}
