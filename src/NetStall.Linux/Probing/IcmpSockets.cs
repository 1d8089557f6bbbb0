// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using NetStall.Linux.Native;
using NetStall.Model;
using static NetStall.Linux.Probing.ProbeNative;

namespace NetStall.Linux.Probing;

/// <summary>Echo requests: by a datagram socket, which needs no privilege where net.ipv4.ping_group_range lets this group; else by a raw one.</summary>
sealed unsafe class IcmpSockets : IProbeSockets
{
    const int Header = 8;

    readonly DatagramFlow _flow;
    readonly byte[] _packet = new byte[Header + ProbeMark.Size];
    readonly Action<byte[], long> _fill;
    readonly Func<ReceivedMessage, long> _read;

    public IcmpSockets(ProbeContext context)
    {
        bool six = SocketAddress.Family(context.Address) == AfInet6;
        var (socket, raw) = Open(six);
        if (socket.ConnectTo(context.Address, 0) != 0)
        {
            var refused = NoRoute.To(context.Address);
            socket.Dispose();
            throw refused;
        }
        var mark = new ProbeMark();
        ushort id = BitConverter.ToUInt16(RandomNumberGenerator.GetBytes(2));
        _fill = (packet, sequence) => Fill(packet, sequence, id, six, mark);
        byte reply = six ? (byte)129 : (byte)0;
        _read = message =>
        {
            var data = message.Data;
            // A raw socket of IPv4 hands over the IP header too.
            if (raw && !six)
                data = data.Length >= 20 && (data[0] & 15) * 4 <= data.Length ? data[((data[0] & 15) * 4)..] : default;
            return data.Length >= Header && data[0] == reply && mark.TryRead(data[Header..], out long sequence) ? sequence : -1;
        };
        _flow = new DatagramFlow(context, socket, 0);
    }

    public string Stamps => _flow.HasStamps ? "kernel" : "user";
    public int? Port(int flow) => null;

    public bool Send(int flow)
    {
        _flow.Send(_packet, _fill, _packet);
        return true;
    }

    public void Ready(ulong key, KernelTime now) => _flow.Drain(now, _read, null);

    public void Tick(KernelTime now) { }

    public void Dispose() => _flow.Dispose();

    // type, code, checksum, id, sequence, payload. A datagram socket puts its own id and checksum in; of ICMPv6 the kernel always reckons the checksum.
    static void Fill(byte[] packet, long sequence, ushort id, bool six, ProbeMark mark)
    {
        var span = packet.AsSpan();
        span[..Header].Clear();
        span[0] = six ? (byte)128 : (byte)8;
        BinaryPrimitives.WriteUInt16BigEndian(span[4..], id);
        BinaryPrimitives.WriteUInt16BigEndian(span[6..], (ushort)sequence);
        mark.Write(span[Header..], sequence);
        if (!six)
            BinaryPrimitives.WriteUInt16BigEndian(span[2..], Checksum(span));
    }

    internal static ushort Checksum(ReadOnlySpan<byte> data)
    {
        uint sum = 0;
        for (int i = 0; i < data.Length; i += 2)
            sum += i + 1 < data.Length ? BinaryPrimitives.ReadUInt16BigEndian(data[i..]) : (uint)data[i] << 8;
        sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)~(sum + (sum >> 16));
    }

    static (ProbeSocket Socket, bool IsRaw) Open(bool six)
    {
        int family = six ? AfInet6 : AfInet, protocol = six ? ProtoIcmpV6 : ProtoIcmp;
        if (ProbeSocket.Open(family, SockDgram, protocol) is { } datagram)
            return (datagram, false);
        if (Marshal.GetLastPInvokeError() is not (Errno.AccessDenied or Errno.NotPermitted))
            throw SystemCallException.Last("socket of ICMP");
        if (ProbeSocket.Open(family, SockRaw, protocol) is { } raw)
        {
            OnlyReplies(raw, six);
            return (raw, true);
        }
        const string Range = "/proc/sys/net/ipv4/ping_group_range";
        string range = File.Exists(Range) ? File.ReadAllText(Range).Trim().Replace('\t', ' ') : "unknown";
        throw new CannotHereException(
            $"This user may send no ICMP echo: net.ipv4.ping_group_range is `{range}` and does not hold this group, and a raw socket needs CAP_NET_RAW. "
            + "Probe with --tcp PORT, which needs nothing, or run as root, or let every group ping with `sysctl net.ipv4.ping_group_range='0 2147483647'`.");
    }

    // A raw socket gets every ICMP packet of this machine. 1 keeps a type out.
    static void OnlyReplies(ProbeSocket socket, bool six)
    {
        uint* filter = stackalloc uint[8];
        new Span<uint>(filter, 8).Fill(uint.MaxValue);
        int type = six ? 129 : 0;
        filter[type / 32] &= ~(1u << (type % 32));
        if (SetSockOpt(socket.Fd, six ? ProtoIcmpV6 : SolRaw, six ? Icmp6Filter : IcmpFilter, filter, six ? 32u : 4u) != 0)
            throw SystemCallException.Last("ICMP_FILTER");
    }
}
