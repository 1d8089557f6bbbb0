// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Microsoft.Win32.SafeHandles;
using NetStall.Linux.Namespaces;
using NetStall.Linux.Native;

namespace NetStall.Linux.Lab;

/// <summary>A UDP socket inside one of the lab's hosts.</summary>
static unsafe class LabSocket
{
    public static SafeFileHandle To(NetworkNamespace host, IPAddress address, ushort port) => Open(host, address, port, connects: true);

    public static SafeFileHandle At(NetworkNamespace host, IPAddress address, ushort port) => Open(host, address, port, connects: false);

    public static void Set(SafeFileHandle socket, int option, int value) =>
        Check(LabNative.setsockopt((int)socket.DangerousGetHandle(), LabNative.SocketLevel, option, &value, sizeof(int)), "setsockopt");

    public static void SetReceiveTimeout(SafeFileHandle socket, TimeSpan timeout)
    {
        var value = new LabNative.TimeSpec { Seconds = (long)timeout.TotalSeconds, Nanoseconds = timeout.Milliseconds * 1000 };   // struct timeval
        Check(LabNative.setsockopt((int)socket.DangerousGetHandle(), LabNative.SocketLevel, LabNative.ReceiveTimeout, &value, (uint)sizeof(LabNative.TimeSpec)), "setsockopt");
    }

    static SafeFileHandle Open(NetworkNamespace host, IPAddress address, ushort port, bool connects) => host.Run(() =>
    {
        int file = NamespaceNative.socket(NamespaceNative.InternetFamily, NamespaceNative.Datagrams | NamespaceNative.CloseOnExec, 0);
        Check(file, "socket");
        var socket = new SafeFileHandle(file, ownsHandle: true);
        var name = new LabNative.InternetAddress
        {
            Family = NamespaceNative.InternetFamily,
            Port = (ushort)IPAddress.HostToNetworkOrder((short)port),
            Address = BitConverter.ToUInt32(address.GetAddressBytes()),
        };
        Check(connects ? LabNative.connect(file, &name, (uint)sizeof(LabNative.InternetAddress)) : LabNative.bind(file, &name, (uint)sizeof(LabNative.InternetAddress)),
            connects ? "connect" : "bind");
        return socket;
    });

    static void Check(int result, string call)
    {
        if (result < 0)
            throw SystemCallException.Last(call);
    }
}
