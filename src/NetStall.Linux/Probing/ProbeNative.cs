// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace NetStall.Linux.Probing;

/// <summary>Sockets with what System.Net.Sockets has no word for: the kernel's time stamps, the error queue, linger, a chosen CPU. Constants of asm-generic, as x86_64 and arm64 have them.</summary>
static unsafe partial class ProbeNative
{
    public const int AfInet = 2, AfInet6 = 10;
    public const int SockStream = 1, SockDgram = 2, SockRaw = 3, SockNonblock = 0x800, SockCloexec = 0x80000;
    public const int ProtoIcmp = 1, ProtoTcp = 6, ProtoIcmpV6 = 58;
    public const int SolIp = 0, SolSocket = 1, SolIpv6 = 41, SolRaw = 255;
    public const int SoReuseAddr = 2, SoError = 4, SoLinger = 13, SoTimestamping = 37;
    public const int IpRecvErr = 11, Ipv6RecvErr = 25, IcmpFilter = 1, Icmp6Filter = 1, TcpSynCnt = 7, TcpInfo = 11;
    public const int MsgDontWait = 0x40, MsgErrQueue = 0x2000;

    // <linux/net_tstamp.h>: the moment the driver takes a packet, the moment the stack gets one; by number and without the packet itself.
    public const int TxSoftware = 1 << 1, RxSoftware = 1 << 3, Software = 1 << 4, OptId = 1 << 7, OptTsOnly = 1 << 11;

    // <linux/errqueue.h>
    public const byte OriginIcmp = 2, OriginIcmp6 = 3, OriginTimestamping = 4;

    public const uint EpollIn = 1, EpollOut = 4, EpollErr = 8;
    public const int EpollAdd = 1, EpollCloexec = 0x80000;

    public const int ClockRealtime = 0, ClockMonotonic = 1, TimerAbsolute = 1;
    public const int SchedFifo = 1;

    /// <summary>Must match struct timespec of 64-bit kernels.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Timespec(long nanoseconds)
    {
        public long Seconds = nanoseconds / 1_000_000_000, Rest = nanoseconds % 1_000_000_000;
        public readonly long Nanoseconds => Seconds * 1_000_000_000 + Rest;
    }

    /// <summary>Must match struct itimerspec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct TimerSpec
    {
        public Timespec Interval, Value;
    }

    /// <summary>Must match struct linger.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Linger
    {
        public int On, Seconds;
    }

    /// <summary>Must match struct iovec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct IoVector
    {
        public byte* Base;
        public nuint Length;
    }

    /// <summary>Must match struct msghdr of 64-bit kernels.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct MessageHeader
    {
        public byte* Name;
        public uint NameLength;
        public IoVector* Vectors;
        public nuint VectorCount;
        public byte* Control;
        public nuint ControlLength;
        public int Flags;
    }

    /// <summary>struct sched_param.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct SchedParam
    {
        public int Priority;
    }

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int fd);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    public static partial int Bind(int fd, byte* address, uint length);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    public static partial int Connect(int fd, byte* address, uint length);

    [LibraryImport("libc", EntryPoint = "getsockname", SetLastError = true)]
    public static partial int GetSockName(int fd, byte* address, uint* length);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetSockOpt(int fd, int level, int option, void* value, uint length);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    public static partial int GetSockOpt(int fd, int level, int option, void* value, uint* length);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(int fd, byte* data, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    public static partial nint ReceiveMessage(int fd, MessageHeader* message, int flags);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int EpollControl(int epoll, int operation, int fd, byte* happening);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int EpollWait(int epoll, byte* happenings, int most, int timeoutMs);

    [LibraryImport("libc", EntryPoint = "timerfd_create", SetLastError = true)]
    public static partial int TimerCreate(int clock, int flags);

    [LibraryImport("libc", EntryPoint = "timerfd_settime", SetLastError = true)]
    public static partial int TimerSet(int fd, int flags, TimerSpec* value, TimerSpec* old);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int fd, void* data, nuint length);

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    public static partial int ClockGetTime(int clock, Timespec* time);

    /// <summary>Returns the error, unlike the others.</summary>
    [LibraryImport("libc", EntryPoint = "clock_nanosleep")]
    public static partial int ClockSleep(int clock, int flags, Timespec* until, Timespec* left);

    [LibraryImport("libc", EntryPoint = "sched_setscheduler", SetLastError = true)]
    public static partial int SetScheduler(int tid, int policy, SchedParam* parameter);

    [LibraryImport("libc", EntryPoint = "sched_getaffinity", SetLastError = true)]
    public static partial int GetAffinity(int tid, nuint size, byte* mask);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity", SetLastError = true)]
    public static partial int SetAffinity(int tid, nuint size, byte* mask);
}
