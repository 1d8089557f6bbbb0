// SPDX-License-Identifier: Apache-2.0
using Microsoft.Win32.SafeHandles;
using NetStall.Linux.Bpf;
using NetStall.Linux.Native;
using NetStall.Model;

namespace NetStall.Linux.Lab.Stalls;

/// <summary>A write() to a socket whose filter holds: in process context, interrupts and bottom halves on, and no reschedule.</summary>
sealed unsafe class ProcessStall : IStall
{
    readonly HoldingProgram _program = HoldingProgram.ForPackets(offset: 0);
    readonly SafeFileHandle _sender, _receiver;
    readonly int _microseconds;

    public ProcessStall(Elapsed length)
    {
        _microseconds = (int)(length.Nanoseconds / 1000);
        int* pair = stackalloc int[2];
        if (StallNative.socketpair(StallNative.UnixFamily, StallNative.Datagrams | StallNative.CloseOnExec, 0, pair) < 0)
            throw SystemCallException.Last("socketpair");
        _sender = new SafeFileHandle(pair[0], ownsHandle: true);
        _receiver = new SafeFileHandle(pair[1], ownsHandle: true);
        FilteredSocket.Attach(_receiver, _program.Program);
    }

    public string Syscall => "write";

    public void WarmUp() => Write(0);

    public StallShot? Shoot()
    {
        var before = _program.Last;
        Write(_microseconds);
        return StallShot.Of(_program.Last, before);
    }

    public void Dispose()
    {
        _sender.Dispose();
        _receiver.Dispose();
        _program.Dispose();
    }

    void Write(int microseconds)
    {
        if (StallNative.write((int)_sender.DangerousGetHandle(), &microseconds, sizeof(int)) < 0)
            throw SystemCallException.Last("write");
    }
}
