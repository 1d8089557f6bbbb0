// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using NetStall.Linux.Native;
using NetStall.Model;
using static NetStall.Linux.Probing.ProbeNative;

namespace NetStall.Linux.Probing;

/// <summary>
/// SYNs by connect(): SYN-ACK and RST are answers both, and the peer makes both in NET_RX. A connection is reset as soon as it stands, so that
/// neither side keeps anything of it.
/// </summary>
/// <remarks>
/// A SYN's stamps are not told, but the kernel reckons the RTT of the handshake by its own clock (TCP_INFO), as the SYN-ACK is received and not
/// when we wake up. Of a RST nothing is told: there our own clock must do.
/// </remarks>
sealed unsafe class TcpSockets : IProbeSockets
{
    const int InProgress = 115, Refused = 111, AddressInUse = 98, AddressNotAvailable = 99;

    // struct tcp_info: tcpi_rtt in microseconds, tcpi_total_retrans.
    const int InfoRtt = 68, InfoRetransmits = 100, InfoSize = 104;

    readonly ProbeContext _context;
    readonly int[] _ports;
    readonly bool[] _busy;
    readonly Dictionary<ulong, OnItsWay> _onTheirWay = [];
    bool _sawSynAck, _sawReset;

    readonly record struct OnItsWay(ProbeSocket Socket, int Flow, long Sequence, KernelTime Sent);

    public TcpSockets(ProbeContext context)
    {
        _context = context;
        _busy = new bool[context.Plan.Flows];
        _ports = context.Plan.PortsVary ? [] : FreePorts(context);
    }

    public string Stamps => _sawReset ? "user" : _sawSynAck ? "kernel-rtt" : "user";
    public int? Port(int flow) => _context.Plan.PortsVary ? null : _ports[flow];

    public bool Send(int flow)
    {
        if (_busy[flow])
            return false;
        if (TryOpen() is not { } socket)
            return false;
        if (!_context.Plan.PortsVary)
        {
            socket.Set(SolSocket, SoReuseAddr, 1, "SO_REUSEADDR");
            if (socket.BindTo(SocketAddress.Family(_context.Address), _ports[flow]) != 0)
            {
                socket.Dispose();
                return false;
            }
        }
        var sent = ProbeClock.Now();
        int result = socket.ConnectTo(_context.Address, _context.Plan.Port!.Value);
        int error = result == 0 ? 0 : Marshal.GetLastPInvokeError();
        if (error is AddressInUse or AddressNotAvailable)
        {
            socket.Dispose();
            return false;
        }
        var probe = new OnItsWay(socket, flow, _context.Probes.Sent(flow, sent), sent);
        if (error != InProgress)
        {
            // On loopback the answer is there before connect() returns.
            Answered(probe, error, ProbeClock.Now());
            return true;
        }
        _busy[flow] = !_context.Plan.PortsVary;
        ulong key = (ulong)probe.Sequence;
        _onTheirWay.Add(key, probe);
        _context.Epoll.Add(socket.Fd, EpollOut | EpollErr, key);
        return true;
    }

    public void Ready(ulong key, KernelTime now)
    {
        if (!_onTheirWay.Remove(key, out var probe))
            return;
        _busy[probe.Flow] = false;
        Answered(probe, probe.Socket.TakeError(), now);
    }

    public void Tick(KernelTime now)
    {
        foreach (var (key, probe) in _onTheirWay)
        {
            if (now - probe.Sent <= _context.Patience)
                continue;
            _onTheirWay.Remove(key);
            _busy[probe.Flow] = false;
            probe.Socket.Dispose();
        }
    }

    public void Dispose()
    {
        foreach (var probe in _onTheirWay.Values)
            probe.Socket.Dispose();
    }

    // With many probes unanswered there may be no descriptor left for one more; those go after three seconds.
    ProbeSocket? TryOpen()
    {
        try
        {
            return Open(_context);
        }
        catch (SystemCallException e) when (e.Errno is Errno.TooManyFiles && _onTheirWay.Count > 0)
        {
            _context.Tell($"At times {_onTheirWay.Count} probes waited for an answer and this process may open no more sockets: some were not sent. `ulimit -n` raises that, a longer --interval needs fewer.");
            return null;
        }
    }

    void Answered(OnItsWay probe, int error, KernelTime now)
    {
        if (error == 0)
        {
            _sawSynAck = true;
            _context.Probes.Answered(probe.Sequence, HandshakeRtt(probe.Socket) is { } rtt && probe.Sent + rtt <= now ? probe.Sent + rtt : now);
        }
        else if (error == Refused)
        {
            _sawReset = true;
            _context.Probes.Answered(probe.Sequence, now);
        }
        else
        {
            _context.Tell($"Some probes were not answered, but ended with: {Marshal.GetPInvokeErrorMessage(error)}.");
        }
        probe.Socket.Dispose();
    }

    // Null when the SYN was sent more than once: whose answer it is, is not known then.
    static Elapsed? HandshakeRtt(ProbeSocket socket)
    {
        byte* info = stackalloc byte[InfoSize];
        uint length = InfoSize;
        if (GetSockOpt(socket.Fd, ProtoTcp, TcpInfo, info, &length) != 0 || length < InfoSize)
            return null;
        uint rtt = *(uint*)(info + InfoRtt);
        return rtt == 0 || *(uint*)(info + InfoRetransmits) != 0 ? null : Elapsed.FromMicroseconds(rtt);
    }

    static ProbeSocket Open(ProbeContext context)
    {
        var socket = ProbeSocket.Open(SocketAddress.Family(context.Address), SockStream, 0) ?? throw SystemCallException.Last("socket of TCP");
        // On close a RST goes out and the port is free at once.
        var linger = new Linger { On = 1 };
        _ = SetSockOpt(socket.Fd, SolSocket, SoLinger, &linger, (uint)sizeof(Linger));
        socket.Set(ProtoTcp, TcpSynCnt, 1, "TCP_SYNCNT");
        return socket;
    }

    // Any that are free now. Held all at once, so that they differ.
    static int[] FreePorts(ProbeContext context)
    {
        var held = new List<ProbeSocket>();
        try
        {
            var ports = new int[context.Plan.Flows];
            for (int i = 0; i < ports.Length; i++)
            {
                held.Add(Open(context));
                if (held[^1].BindTo(SocketAddress.Family(context.Address), 0) != 0)
                    throw SystemCallException.Last("bind of a source port");
                ports[i] = held[^1].OwnPort();
            }
            return ports;
        }
        finally
        {
            foreach (var socket in held)
                socket.Dispose();
        }
    }
}
