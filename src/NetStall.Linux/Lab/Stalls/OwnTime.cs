// SPDX-License-Identifier: Apache-2.0
using NetStall.Linux.Native;
using NetStall.Linux.PerfEvents;
using NetStall.Model;

namespace NetStall.Linux.Lab.Stalls;

/// <summary>The time for which the calling thread has had a CPU.</summary>
/// <remarks>
/// As a call returns to a busy CPU the kernel may let another thread on, and the wall clock then reads 50 ms for a call of 20. A perf counter of
/// the thread itself knows better; CLOCK_THREAD_CPUTIME_ID misses up to a tick at the end of such a call.
/// </remarks>
sealed unsafe class OwnTime : IDisposable
{
    const uint Software = 1;
    const ulong TaskClock = 1, ExcludeKernelFlag = 1 << 5;
    const int AttrSize = 64;

    readonly Microsoft.Win32.SafeHandles.SafeFileHandle _counter;

    public OwnTime()
    {
        byte* attr = stackalloc byte[AttrSize];
        new Span<byte>(attr, AttrSize).Clear();
        *(uint*)attr = Software;
        *(uint*)(attr + 4) = AttrSize;
        *(ulong*)(attr + 8) = TaskClock;
        *(ulong*)(attr + 40) = ExcludeKernelFlag;
        int file = PerfNative.Open(attr, task: 0, cpu: -1, group: -1, PerfNative.CloseOnExec);
        if (file < 0)
            throw SystemCallException.Last("perf_event_open of the own task-clock");
        _counter = new(file, ownsHandle: true);
    }

    public Elapsed Read()
    {
        long time = 0;
        if (PerfNative.read((int)_counter.DangerousGetHandle(), &time, sizeof(long)) != sizeof(long))
            throw SystemCallException.Last("read of the own task-clock");
        return new Elapsed(time);
    }

    /// <summary>Does it, and tells when it began and how much of this thread's time it took.</summary>
    public StallShot Measure(Action what)
    {
        var before = Read();
        var begin = MonotonicTime.Now();
        what();
        return new StallShot(begin, Read() - before);
    }

    public void Dispose() => _counter.Dispose();
}
