// SPDX-License-Identifier: Apache-2.0
using Microsoft.Win32.SafeHandles;
using NetStall.Linux.Bpf;
using NetStall.Linux.Native;
using NetStall.Model;

namespace NetStall.Linux.Lab.Stalls;

/// <summary>A signal to oneself, at whose generation a program holds: below kill(), with the own sighand's lock and interrupts off.</summary>
sealed class InterruptsOffStall : IStall
{
    readonly HoldingProgram _program;
    readonly SafeFileHandle _attached;

    public InterruptsOffStall(Elapsed length)
    {
        _program = HoldingProgram.ForThread(ShootingThread.Comm(), length);
        _attached = _program.Program.AttachTo("signal_generate");
    }

    public string Syscall => "kill";

    // Not armed yet: nothing holds.
    public void WarmUp() => Kill();

    public StallShot? Shoot()
    {
        var before = _program.Last;
        _program.Arm();
        Kill();
        return StallShot.Of(_program.Last, before);
    }

    public void Dispose()
    {
        _attached.Dispose();
        _program.Dispose();
    }

    static void Kill()
    {
        if (StallNative.kill(Environment.ProcessId, StallNative.Urgent) < 0)
            throw SystemCallException.Last("kill");
    }
}
