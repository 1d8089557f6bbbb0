// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using NetStall.Model;
using static NetStall.Linux.Probing.ProbeNative;

namespace NetStall.Linux.Probing;

/// <summary>One connected datagram socket: sends, and reads answers and the kernel's stamps.</summary>
sealed unsafe class DatagramFlow : IDisposable
{
    const int Remembered = 4096;
    const int ConnectionRefused = 111;

    readonly ProbeContext _context;
    readonly ProbeSocket _socket;
    readonly int _flow;
    readonly ReceivedMessage _message = new();

    // The kernel counts the packets of a socket from 0 on, and names the one that a stamp is of.
    readonly (long Sequence, KernelTime Sent)[] _byStampId = new (long, KernelTime)[Remembered];
    uint _stampId;
    bool _stampsLeaving;

    public DatagramFlow(ProbeContext context, ProbeSocket socket, int flow)
    {
        (_context, _socket, _flow) = (context, socket, flow);
        HasStamps = _stampsLeaving = socket.AskForStamps();
        socket.AskForErrors(SocketAddress.Family(context.Address) == AfInet6);
        context.Epoll.Add(socket.Fd, EpollIn | EpollErr, (ulong)flow);
    }

    public bool HasStamps { get; }
    public int Port => _socket.OwnPort();

    /// <param name="packet">Written for this probe by <paramref name="fill"/>.</param>
    public void Send(Span<byte> packet, Action<byte[], long> fill, byte[] buffer)
    {
        // What came back for an earlier one would fail this send; it stands on the error queue too.
        _ = _socket.TakeError();
        var before = ProbeClock.Now();
        long sequence = _context.Probes.Sent(_flow, before);
        fill(buffer, sequence);
        nint sent;
        fixed (byte* data = packet)
            sent = ProbeNative.Send(_socket.Fd, data, (nuint)packet.Length, MsgDontWait);
        if (sent < 0)
        {
            _context.Tell($"Some probes could not be sent: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.");
            // Whether the kernel counted it is not known; from here on our own clock must do.
            _stampsLeaving = false;
            return;
        }
        _byStampId[_stampId++ % Remembered] = (sequence, before);
    }

    /// <param name="now">When we were told.</param>
    /// <param name="read">Finds the sequence in an answer, -1 where it is none of ours.</param>
    /// <param name="readError">The same in what an ICMP error brings back; null where errors are no answers.</param>
    public void Drain(KernelTime now, Func<ReceivedMessage, long> read, Func<ReceivedMessage, long>? readError)
    {
        while (_message.Receive(_socket.Fd, fromErrorQueue: true))
        {
            if (_message.Error is not var (origin, errno, id))
                continue;
            if (origin == OriginTimestamping)
                OnLeft(id, now);
            else if (errno == ConnectionRefused && readError is not null)
                OnAnswer(readError(_message), now);
            else if (origin is OriginIcmp or OriginIcmp6)
                _context.Tell($"The network said of some probes: {Marshal.GetPInvokeErrorMessage((int)errno)}.");
        }
        while (_message.Receive(_socket.Fd, fromErrorQueue: false))
            OnAnswer(read(_message), now);
    }

    void OnLeft(uint id, KernelTime now)
    {
        if (!_stampsLeaving || _message.Stamp is null || _stampId - id > Remembered)
            return;
        var (sequence, sent) = _byStampId[id % Remembered];
        _context.Probes.Transmitted(sequence, KernelTime.Max(sent, _context.When(_message.Stamp, sent, now)));
    }

    void OnAnswer(long sequence, KernelTime now)
    {
        if (sequence >= 0)
            _context.Probes.Answered(sequence, _context.When(_message.Stamp, default, now));
    }

    public void Dispose() => _socket.Dispose();
}
