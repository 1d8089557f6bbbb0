// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Linux.Probing;

/// <summary>SCHED_FIFO for a thread that sleeps nearly always: then it waits for the kernel only, not for other tasks.</summary>
static unsafe class RealTime
{
    /// <summary>For the calling thread. False where it may not (CAP_SYS_NICE, RLIMIT_RTPRIO).</summary>
    public static bool Ask()
    {
        var lowest = new ProbeNative.SchedParam { Priority = 1 };
        return ProbeNative.SetScheduler(0, ProbeNative.SchedFifo, &lowest) == 0;
    }
}
