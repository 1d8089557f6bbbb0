// SPDX-License-Identifier: Apache-2.0
using NetStall.Linux.Native;
using NetStall.Model;
using static NetStall.Linux.Probing.ProbeNative;

namespace NetStall.Linux.Probing;

/// <summary>A datagram to a port: an echo service sends it back, a closed port is answered by ICMP.</summary>
sealed class UdpSockets : IProbeSockets
{
    readonly DatagramFlow[] _flows;
    readonly byte[] _packet = new byte[ProbeMark.Size];
    readonly Action<byte[], long> _fill;
    readonly Func<ReceivedMessage, long> _read;

    public UdpSockets(ProbeContext context)
    {
        var mark = new ProbeMark();
        _fill = (packet, sequence) => mark.Write(packet, sequence);
        _read = message => mark.TryRead(message.Data, out long sequence) ? sequence : -1;
        _flows = [.. Enumerable.Range(0, context.Plan.Flows).Select(flow => new DatagramFlow(context, Open(context), flow))];
    }

    public string Stamps => _flows[0].HasStamps ? "kernel" : "user";
    public int? Port(int flow) => _flows[flow].Port;

    public bool Send(int flow)
    {
        _flows[flow].Send(_packet, _fill, _packet);
        return true;
    }

    public void Ready(ulong key, KernelTime now) => _flows[key].Drain(now, _read, _read);

    public void Tick(KernelTime now) { }

    public void Dispose()
    {
        foreach (var flow in _flows)
            flow.Dispose();
    }

    static ProbeSocket Open(ProbeContext context)
    {
        var socket = ProbeSocket.Open(SocketAddress.Family(context.Address), SockDgram, 0) ?? throw SystemCallException.Last("socket of UDP");
        if (socket.ConnectTo(context.Address, context.Plan.Port!.Value) == 0)
            return socket;
        var refused = NoRoute.To(context.Address);
        socket.Dispose();
        throw refused;
    }
}
