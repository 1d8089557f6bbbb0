// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using NetStall.Linux.Native;
using NetStall.Model;
using static NetStall.Linux.Probing.ProbeNative;

namespace NetStall.Linux.Probing;

/// <summary>Waits for sockets and for one moment.</summary>
sealed unsafe class Epoll : IDisposable
{
    const ulong TimerKey = ulong.MaxValue;
    const int AtOnce = 64;

    // struct epoll_event is packed on x86_64 (12 bytes), and not elsewhere (16).
    static readonly int EventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    readonly byte[] _events = GC.AllocateArray<byte>(AtOnce * 16, pinned: true);
    readonly int _epoll, _timer;

    public Epoll()
    {
        _epoll = EpollCreate(EpollCloexec);
        if (_epoll < 0)
            throw SystemCallException.Last("epoll_create1");
        _timer = TimerCreate(ClockMonotonic, SockNonblock | SockCloexec);
        if (_timer < 0)
            throw SystemCallException.Last("timerfd_create");
        Add(_timer, EpollIn, TimerKey);
    }

    public void Add(int fd, uint events, ulong key)
    {
        byte* happening = stackalloc byte[16];
        *(uint*)happening = events;
        *(ulong*)(happening + EventSize - 8) = key;
        if (EpollControl(_epoll, EpollAdd, fd, happening) != 0)
            throw SystemCallException.Last("epoll_ctl");
    }

    /// <summary>Waits until something happens, or that moment comes, or 200 ms are over.</summary>
    /// <param name="keys">Takes what happened; the moment is not among it.</param>
    public int Wait(KernelTime until, Span<ulong> keys)
    {
        var spec = new TimerSpec { Value = new Timespec(Math.Max(1, until.Nanoseconds)) };
        _ = TimerSet(_timer, TimerAbsolute, &spec, null);
        int count;
        fixed (byte* events = _events)
            count = EpollWait(_epoll, events, Math.Min(AtOnce, keys.Length), 200);
        int told = 0;
        for (int i = 0; i < count; i++)
        {
            ulong key = BitConverter.ToUInt64(_events, i * EventSize + EventSize - 8);
            if (key != TimerKey)
                keys[told++] = key;
        }
        ulong expirations;
        _ = Read(_timer, &expirations, sizeof(ulong));
        return told;
    }

    public void Dispose()
    {
        _ = Close(_timer);
        _ = Close(_epoll);
    }
}
