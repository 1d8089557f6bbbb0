// SPDX-License-Identifier: Apache-2.0
using System.Net;
using NetStall.Linux.Native;
using static NetStall.Linux.Probing.ProbeNative;

namespace NetStall.Linux.Probing;

/// <summary>One non-blocking socket.</summary>
sealed unsafe class ProbeSocket : IDisposable
{
    ProbeSocket(int fd) => Fd = fd;

    public int Fd { get; private set; }

    /// <returns>Null where it was refused; the error is left for <c>SystemCallException.Last</c>.</returns>
    public static ProbeSocket? Open(int family, int type, int protocol)
    {
        int fd = Socket(family, type | SockNonblock | SockCloexec, protocol);
        return fd < 0 ? null : new ProbeSocket(fd);
    }

    public void Set(int level, int option, int value, string what)
    {
        if (SetSockOpt(Fd, level, option, &value, sizeof(int)) != 0)
            throw SystemCallException.Last(what);
    }

    /// <summary>The kernel tells when packets left and came. False where it does not: then our own clock must do.</summary>
    public bool AskForStamps()
    {
        int flags = TxSoftware | RxSoftware | Software | OptId | OptTsOnly;
        return SetSockOpt(Fd, SolSocket, SoTimestamping, &flags, sizeof(int)) == 0;
    }

    /// <summary>What the network says of our packets (unreachable, say) comes to the error queue.</summary>
    public void AskForErrors(bool six) => Set(six ? SolIpv6 : SolIp, six ? Ipv6RecvErr : IpRecvErr, 1, "IP_RECVERR");

    public int BindTo(int family, int port)
    {
        byte* address = stackalloc byte[SocketAddress.Longest];
        var any = family == AfInet6 ? IPAddress.IPv6Any : IPAddress.Any;
        uint length = SocketAddress.Write(any, port, new Span<byte>(address, SocketAddress.Longest));
        return Bind(Fd, address, length);
    }

    /// <returns>0, or -1 with the error left.</returns>
    public int ConnectTo(IPAddress host, int port)
    {
        byte* address = stackalloc byte[SocketAddress.Longest];
        uint length = SocketAddress.Write(host, port, new Span<byte>(address, SocketAddress.Longest));
        return Connect(Fd, address, length);
    }

    public int OwnPort()
    {
        byte* address = stackalloc byte[SocketAddress.Longest];
        uint length = SocketAddress.Longest;
        return GetSockName(Fd, address, &length) == 0 ? SocketAddress.Port(new ReadOnlySpan<byte>(address, (int)length)) : 0;
    }

    /// <summary>Takes the pending error away, which would fail the next send.</summary>
    public int TakeError()
    {
        int error = 0;
        uint length = sizeof(int);
        _ = GetSockOpt(Fd, SolSocket, SoError, &error, &length);
        return error;
    }

    public void Dispose()
    {
        if (Fd >= 0)
            _ = Close(Fd);
        Fd = -1;
    }
}
