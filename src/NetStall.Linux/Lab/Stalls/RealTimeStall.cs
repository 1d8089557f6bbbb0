// SPDX-License-Identifier: Apache-2.0
using NetStall.Linux.Native;
using NetStall.Model;

namespace NetStall.Linux.Lab.Stalls;

/// <summary>A real-time task that computes in user mode. Interrupts serve packets on top of it, kernel threads do not.</summary>
sealed unsafe class RealTimeStall(Elapsed length) : IStall
{
    const int Priority = 10, Ordinary = 0;

    public string? Syscall => null;

    public void WarmUp() => _ = UserMode.Compute(Elapsed.Zero);

    public StallShot? Shoot()
    {
        Schedule(LabNative.Fifo, Priority);
        // Real-time tasks have their priority when they come onto the CPU, and when they leave it: that is where a recording shows it.
        Thread.Sleep(1);
        var shot = UserMode.Compute(length);
        Thread.Sleep(1);
        Schedule(Ordinary, 0);
        return shot;
    }

    public void Dispose()
    {
    }

    static void Schedule(int policy, int priority)
    {
        if (LabNative.sched_setscheduler(0, policy, &priority) < 0)
            throw SystemCallException.Last("sched_setscheduler");
    }
}
