// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace NetStall.Linux.PerfEvents;

/// <summary>What perf's events need of libc; constants of include/uapi/linux/perf_event.h.</summary>
static unsafe partial class PerfNative
{
    public const ulong CloseOnExec = 8;          // PERF_FLAG_FD_CLOEXEC

    public const uint Enable = 0x2400;           // PERF_EVENT_IOC_ENABLE
    public const uint Disable = 0x2401;          // PERF_EVENT_IOC_DISABLE
    public const uint SetOutput = 0x2405;        // PERF_EVENT_IOC_SET_OUTPUT
    public const uint SetFilter = 0x40082406;    // PERF_EVENT_IOC_SET_FILTER
    public const uint GetId = 0x80082407;        // PERF_EVENT_IOC_ID
    public const uint SetProgram = 0x40042408;   // PERF_EVENT_IOC_SET_BPF
    public const uint PauseOutput = 0x40042409;  // PERF_EVENT_IOC_PAUSE_OUTPUT

    public const int Readable = 1;               // PROT_READ
    public const int Writable = 2;               // PROT_WRITE
    public const int Shared = 1;                 // MAP_SHARED

    public const short HasData = 1;              // POLLIN
    public const short HungUp = 16;              // POLLHUP: the CPU went off line, or the task ended

    public const int MonotonicClock = 1;         // CLOCK_MONOTONIC
    public const int RealtimeClock = 0;          // CLOCK_REALTIME

    /// <summary>Must match <c>struct pollfd</c> in poll.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PollEntry
    {
        public int File;
        public short Wanted;
        public short Happened;
    }

    /// <summary>Must match <c>struct timespec</c> of 64-bit machines.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Moment
    {
        public long Seconds;
        public long Nanoseconds;
    }

    // perf_event_open(2) has no wrapper in libc. The number is the architecture's: asm/unistd_64.h, asm-generic/unistd.h.
    static readonly long OpenNumber = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 241 : 298;

    public static int Open(byte* attr, int task, int cpu, int group, ulong flags) => (int)syscall(OpenNumber, attr, task, cpu, group, flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial long syscall(long number, byte* attr, int task, int cpu, int group, ulong flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int ioctl(int file, nuint request, nint argument);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint read(int file, void* into, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial byte* mmap(byte* where, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int munmap(byte* where, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int poll(PollEntry* entries, nuint count, int milliseconds);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int clock_gettime(int clock, Moment* now);
}
