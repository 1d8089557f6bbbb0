// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace NetStall.Linux.Lab;

/// <summary>What traffic on a clock needs of libc.</summary>
static unsafe partial class LabNative
{
    // asm-generic/socket.h; linux/sched.h; linux/time.h
    public const int SocketLevel = 1, ReceiveBuffer = 8, ReceiveTimeout = 20, TimestampNanoseconds = 35;
    public const int Fifo = 1;
    public const int MonotonicClock = 1, CoarseClock = 6;
    public const int AbsoluteTime = 1;

    /// <summary>Must match <c>struct timespec</c> of 64-bit machines.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }

    /// <summary>Must match <c>struct sockaddr_in</c> in linux/in.h; port and address in network order.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct InternetAddress
    {
        public ushort Family;
        public ushort Port;
        public uint Address;
        readonly ulong _zero;
    }

    /// <summary>Must match <c>struct iovec</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Piece
    {
        public byte* Data;
        public nuint Length;
    }

    /// <summary>Must match <c>struct msghdr</c> of glibc and musl on 64-bit little-endian machines.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Message
    {
        public void* Name;
        public ulong NameLength;
        public Piece* Pieces;
        public ulong PieceCount;
        public byte* Control;
        public ulong ControlLength;
        public int Flags;
        readonly int _pad;
    }

    [LibraryImport("libc", SetLastError = true)]
    public static partial int bind(int socket, InternetAddress* address, uint length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int connect(int socket, InternetAddress* address, uint length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int setsockopt(int socket, int level, int option, void* value, uint length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint recvmsg(int socket, Message* message, int flags);

    [LibraryImport("libc")]
    public static partial int clock_nanosleep(int clock, int flags, TimeSpec* until, TimeSpec* rest);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int clock_getres(int clock, TimeSpec* step);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int sched_setscheduler(int thread, int policy, int* priority);
}
