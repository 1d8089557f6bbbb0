// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Net;
using System.Text;
using Microsoft.Win32.SafeHandles;
using NetStall.Linux.Native;

namespace NetStall.Linux.Namespaces;

/// <summary>Makes and sets up the network devices of the calling thread's namespace, by rtnetlink(7) and ethtool's ioctl: no program is needed.</summary>
static unsafe class Devices
{
    // linux/if_link.h, linux/if_addr.h, linux/rtnetlink.h, linux/veth.h, linux/if.h
    const ushort Name = 3, LinkInfo = 18, InNamespace = 28, Kind = 1, KindData = 2, Peer = 1, Local = 2, AddressItself = 1, Destination = 1, Gateway = 5;
    const uint IsUp = 1;

    // linux/ethtool.h: ETHTOOL_STSO, ETHTOOL_SGRO
    const uint SetSegmentation = 0x1f, SetReceiveMerging = 0x2c;

    /// <summary>A cable: one end here, the other in another namespace.</summary>
    public static void AddVeth(string here, string there, SafeFileHandle otherNamespace) =>
        Ask(new NetlinkMessage(NetlinkMessage.NewLink, creates: true).Device().Attribute(Name, here)
            .Nest(LinkInfo, info => info.Attribute(Kind, "veth").Nest(KindData, data => data.Nest(Peer, peer => peer
                .Device().Attribute(Name, there).Attribute(InNamespace, (int)otherNamespace.DangerousGetHandle())))),
            $"making the devices {here} and {there}");

    /// <summary>Takes away a cable with both its ends.</summary>
    public static void Remove(string device) =>
        Ask(new NetlinkMessage(NetlinkMessage.DeleteLink).Device(IndexOf(device)), $"removing the device {device}");

    public static void AddAddress(string device, IPAddress address, byte prefix) =>
        Ask(new NetlinkMessage(NetlinkMessage.NewAddress, creates: true).Address(IndexOf(device), prefix).Attribute(Local, address).Attribute(AddressItself, address),
            $"giving {device} the address {address}");

    public static void Up(string device) =>
        Ask(new NetlinkMessage(NetlinkMessage.NewLink).Device(IndexOf(device), IsUp, IsUp), $"bringing up {device}");

    public static void AddRoute(IPAddress network, byte prefix, IPAddress gateway) =>
        Ask(new NetlinkMessage(NetlinkMessage.NewRoute, creates: true).Route(prefix).Attribute(Destination, network).Attribute(Gateway, gateway),
            $"a route to {network}/{prefix}");

    /// <summary>TSO: whether the device takes segments larger than a packet.</summary>
    public static void Segmentation(string device, bool on) => Ethtool(device, SetSegmentation, on, "tso");

    /// <summary>GRO: whether received packets are merged; a veth polls by NAPI only then.</summary>
    public static void ReceiveMerging(string device, bool on) => Ethtool(device, SetReceiveMerging, on, "gro");

    static int IndexOf(string device)
    {
        uint index = NamespaceNative.if_nametoindex(device);
        return index != 0 ? (int)index : throw SystemCallException.Last($"the device {device}");
    }

    static void Ethtool(string device, uint command, bool on, string what)
    {
        using var socket = Open(NamespaceNative.InternetFamily, NamespaceNative.Datagrams);
        var value = new NamespaceNative.EthtoolValue { Command = command, Data = on ? 1u : 0 };
        var request = new NamespaceNative.DeviceRequest { Data = &value };
        Encoding.UTF8.GetBytes(device, new Span<byte>(request.Name, 15));
        if (NamespaceNative.ioctl((int)socket.DangerousGetHandle(), NamespaceNative.EthtoolRequest, &request) < 0)
            throw SystemCallException.Last($"ethtool: {what} of {device}");
    }

    // Each request has a socket of its own: there is one answer, and it is ours.
    static void Ask(NetlinkMessage message, string what)
    {
        using var socket = Open(NamespaceNative.NetlinkFamily, NamespaceNative.RawSocket);
        int file = (int)socket.DangerousGetHandle();
        fixed (byte* request = message.Finish())
        {
            if (NamespaceNative.send(file, request, (nuint)message.Finish().Length, 0) < 0)
                throw SystemCallException.Last($"rtnetlink: {what}");
        }
        byte* answer = stackalloc byte[512];
        nint length = NamespaceNative.recv(file, answer, 512, 0);
        if (length < 0)
            throw SystemCallException.Last($"rtnetlink: {what}");
        // nlmsghdr, then struct nlmsgerr: an errno, negative, or 0.
        int error = length >= 20 ? -BinaryPrimitives.ReadInt32LittleEndian(new ReadOnlySpan<byte>(answer + 16, 4)) : Errno.Invalid;
        if (error != 0)
            throw new SystemCallException($"rtnetlink: {what}", error);
    }

    static SafeFileHandle Open(int family, int type)
    {
        int file = NamespaceNative.socket(family, type | NamespaceNative.CloseOnExec, 0);
        return file >= 0 ? new SafeFileHandle(file, ownsHandle: true) : throw SystemCallException.Last("socket");
    }
}
