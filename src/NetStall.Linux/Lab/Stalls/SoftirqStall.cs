// SPDX-License-Identifier: Apache-2.0
using Microsoft.Win32.SafeHandles;
using NetStall.Linux.Bpf;
using NetStall.Linux.Native;
using NetStall.Model;

namespace NetStall.Linux.Lab.Stalls;

/// <summary>A datagram over loopback to a socket whose filter holds: in NET_RX, on the back of the sender.</summary>
sealed unsafe class SoftirqStall : IStall
{
    const int UdpHeader = 8;
    const uint Loopback = 0x0100_007f;   // 127.0.0.1, in network order

    readonly HoldingProgram _program = HoldingProgram.ForPackets(UdpHeader);
    readonly OwnTime _time = new();
    readonly SafeFileHandle _sender, _receiver;
    readonly int _microseconds;

    public SoftirqStall(Elapsed length)
    {
        _microseconds = (int)(length.Nanoseconds / 1000);
        _receiver = Open();
        _sender = Open();
        var address = new StallNative.InternetAddress { Family = StallNative.InternetFamily, Address = Loopback };
        uint size = (uint)sizeof(StallNative.InternetAddress);
        if (StallNative.bind((int)_receiver.DangerousGetHandle(), &address, size) < 0
            || StallNative.getsockname((int)_receiver.DangerousGetHandle(), &address, &size) < 0)
            throw SystemCallException.Last("bind to loopback");
        FilteredSocket.Attach(_receiver, _program.Program);
        if (StallNative.connect((int)_sender.DangerousGetHandle(), &address, size) < 0)
            throw SystemCallException.Last("connect to loopback");
    }

    public string Syscall => "sendto";

    public void WarmUp()
    {
        _ = _time.Read();
        Send(0);
    }

    public StallShot? Shoot()
    {
        var before = _program.Last;
        var own = _time.Read();
        Send(_microseconds);
        // Where this CPU leaves its backlog to another, or to ksoftirqd, the packet may still be on its way, or have taken somebody else's time.
        var made = StallShot.Of(_program.Last, before);
        return made is { } shot && _time.Read() - own >= shot.Length ? made : null;
    }

    public void Dispose()
    {
        _sender.Dispose();
        _receiver.Dispose();
        _program.Dispose();
        _time.Dispose();
    }

    void Send(int microseconds)
    {
        if (StallNative.send((int)_sender.DangerousGetHandle(), &microseconds, sizeof(int), 0) < 0)
            throw SystemCallException.Last("send over loopback");
    }

    static SafeFileHandle Open()
    {
        int file = StallNative.socket(StallNative.InternetFamily, StallNative.Datagrams | StallNative.CloseOnExec, 0);
        return file >= 0 ? new SafeFileHandle(file, ownsHandle: true) : throw SystemCallException.Last("socket");
    }
}
