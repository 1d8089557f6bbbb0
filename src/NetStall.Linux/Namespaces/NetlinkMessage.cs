// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace NetStall.Linux.Namespaces;

/// <summary>One request of rtnetlink(7) as bytes: a header, the struct of its kind, then attributes that may hold attributes.</summary>
/// <remarks>
/// All is padded to four bytes, and each length counts its own header but not the padding behind it:
/// <code>
///   len 52 type flags seq 0 | ifinfomsg 16 | len 11 type 3 "lab-in\0" pad | len 9 …
/// </code>
/// </remarks>
sealed class NetlinkMessage
{
    const int Header = 16;

    // linux/rtnetlink.h
    public const ushort NewLink = 16, DeleteLink = 17, NewAddress = 20, NewRoute = 24;

    // linux/netlink.h: a request, to be acknowledged; to be made, and not there before.
    const ushort Request = 1, Acknowledge = 4, Exclusive = 0x200, Create = 0x400;

    byte[] _bytes = new byte[256];
    int _length = Header;

    /// <param name="type">What it asks for.</param>
    /// <param name="creates">It makes something that must not be there yet.</param>
    public NetlinkMessage(ushort type, bool creates = false)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_bytes.AsSpan(4), type);
        BinaryPrimitives.WriteUInt16LittleEndian(_bytes.AsSpan(6), (ushort)(Request | Acknowledge | (creates ? Create | Exclusive : 0)));
    }

    /// <summary>The whole message, its length filled in.</summary>
    public ReadOnlySpan<byte> Finish()
    {
        BinaryPrimitives.WriteInt32LittleEndian(_bytes, _length);
        return _bytes.AsSpan(0, _length);
    }

    /// <summary><c>struct ifinfomsg</c>.</summary>
    public NetlinkMessage Device(int index = 0, uint flags = 0, uint change = 0)
    {
        var at = Take(16);
        BinaryPrimitives.WriteInt32LittleEndian(at[4..], index);
        BinaryPrimitives.WriteUInt32LittleEndian(at[8..], flags);
        BinaryPrimitives.WriteUInt32LittleEndian(at[12..], change);
        return this;
    }

    /// <summary><c>struct ifaddrmsg</c> of IPv4.</summary>
    public NetlinkMessage Address(int index, byte prefix)
    {
        var at = Take(8);
        at[0] = NamespaceNative.InternetFamily;
        at[1] = prefix;
        BinaryPrimitives.WriteInt32LittleEndian(at[4..], index);
        return this;
    }

    /// <summary><c>struct rtmsg</c> of an IPv4 route in the main table, to anywhere behind a gateway.</summary>
    public NetlinkMessage Route(byte prefix)
    {
        const byte Main = 254, Boot = 3, Unicast = 1;
        var at = Take(12);
        at[0] = NamespaceNative.InternetFamily;
        at[1] = prefix;
        at[4] = Main;
        at[5] = Boot;
        at[7] = Unicast;
        return this;
    }

    public NetlinkMessage Attribute(ushort type, ReadOnlySpan<byte> value)
    {
        var at = Take(4 + value.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(at, (ushort)(4 + value.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(at[2..], type);
        value.CopyTo(at[4..]);
        return this;
    }

    public NetlinkMessage Attribute(ushort type, int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return Attribute(type, bytes);
    }

    /// <summary>A name, with the zero at its end that some of the kernel's readers want.</summary>
    public NetlinkMessage Attribute(ushort type, string value) => Attribute(type, Encoding.UTF8.GetBytes(value + "\0"));

    public NetlinkMessage Attribute(ushort type, IPAddress value) => Attribute(type, value.GetAddressBytes());

    /// <summary>An attribute that holds whatever is added within.</summary>
    public NetlinkMessage Nest(ushort type, Action<NetlinkMessage> within)
    {
        int begin = _length;
        Attribute(type, []);
        within(this);
        BinaryPrimitives.WriteUInt16LittleEndian(_bytes.AsSpan(begin), (ushort)(_length - begin));
        return this;
    }

    // Zeroed, and what follows begins at a multiple of four.
    Span<byte> Take(int length)
    {
        int begin = _length;
        _length += (length + 3) & ~3;
        if (_length > _bytes.Length)
            Array.Resize(ref _bytes, _length * 2);
        return _bytes.AsSpan(begin, length);
    }
}
