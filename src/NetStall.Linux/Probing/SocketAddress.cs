// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace NetStall.Linux.Probing;

/// <summary>struct sockaddr_in and sockaddr_in6, as bytes.</summary>
static class SocketAddress
{
    public const int Longest = 28;

    public static int Family(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? ProbeNative.AfInet6 : ProbeNative.AfInet;

    /// <returns>How many bytes it takes.</returns>
    public static uint Write(IPAddress address, int port, Span<byte> to)
    {
        to[..Longest].Clear();
        bool six = address.AddressFamily == AddressFamily.InterNetworkV6;
        System.Runtime.InteropServices.MemoryMarshal.Write(to, (ushort)Family(address));
        BinaryPrimitives.WriteUInt16BigEndian(to[2..], (ushort)port);
        address.TryWriteBytes(to[(six ? 8 : 4)..], out _);
        if (!six)
            return 16;
        System.Runtime.InteropServices.MemoryMarshal.Write(to[24..], (uint)address.ScopeId);
        return Longest;
    }

    public static int Port(ReadOnlySpan<byte> address) => BinaryPrimitives.ReadUInt16BigEndian(address[2..]);
}
