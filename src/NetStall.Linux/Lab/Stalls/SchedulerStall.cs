// SPDX-License-Identifier: Apache-2.0
using Microsoft.Win32.SafeHandles;
using NetStall.Linux.Bpf;
using NetStall.Model;

namespace NetStall.Linux.Lab.Stalls;

/// <summary>A program that holds as this thread goes to sleep: at sched_switch, with interrupts off and the CPU's run queue locked.</summary>
/// <remarks>
/// What tools on sched_switch do to a node when they do too much. Another CPU that wakes somebody for this one waits for the lock as well. Whoever
/// records sched_switch since after this began sees the switch at the end of it, since probes run in the order in which they came.
/// </remarks>
sealed unsafe class SchedulerStall : IStall
{
    readonly HoldingProgram _program;
    readonly SafeFileHandle _attached;

    public SchedulerStall(Elapsed length)
    {
        _program = HoldingProgram.ForThread(ShootingThread.Comm(), length);
        _attached = _program.Program.AttachTo("sched_switch");
    }

    public string Syscall => "clock_nanosleep";

    // Not armed yet: nothing holds.
    public void WarmUp() => Sleep();

    public StallShot? Shoot()
    {
        var before = _program.Last;
        _program.Arm();
        Sleep();
        return StallShot.Of(_program.Last, before);
    }

    public void Dispose()
    {
        _attached.Dispose();
        _program.Dispose();
    }

    static void Sleep()
    {
        var millisecond = new LabNative.TimeSpec { Nanoseconds = 1_000_000 };
        _ = LabNative.clock_nanosleep(LabNative.MonotonicClock, 0, &millisecond, null);
    }
}
