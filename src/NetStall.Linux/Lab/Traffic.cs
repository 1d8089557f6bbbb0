// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using NetStall.Linux.Namespaces;
using NetStall.Model;

namespace NetStall.Linux.Lab;

/// <summary>
/// The packets that stalls hold up: one each millisecond from host A to host C, numbered, with the times of sending and of arrival. A flood comes on
/// top where softirqs are to be kept busy.
/// </summary>
/// <remarks>
/// This is the lab's own witness: in a stall, packets sent one after the other arrive together (the sawtooth). Sender and receiver stay on a CPU of
/// their own, at real-time priority where they may, and sleep most of the time.
/// </remarks>
public sealed unsafe class Traffic : IDisposable
{
    const ushort ProbePort = 7777, FloodPort = 7778;
    const int MostPackets = 1 << 17;
    const int Priority = 10;

    readonly long[] _sent = new long[MostPackets];
    readonly long[] _arrived = new long[MostPackets];
    readonly SafeFileHandle _from, _to;
    readonly SafeFileHandle? _floodFrom, _floodTo;
    readonly CpuId _cpu;
    readonly Elapsed _interval;
    readonly List<Thread> _threads = [];
    volatile bool _stop;
    int _count;

    Traffic(ThreeHosts hosts, CpuId cpu, Elapsed interval, bool flood)
    {
        _cpu = cpu;
        _interval = interval;
        _from = LabSocket.To(hosts.A, ThreeHosts.Receiver, ProbePort);
        _to = LabSocket.At(hosts.C, ThreeHosts.Receiver, ProbePort);
        LabSocket.Set(_to, LabNative.TimestampNanoseconds, 1);
        LabSocket.SetReceiveTimeout(_to, TimeSpan.FromMilliseconds(200));
        Begin("lab-receiver", Receive);
        Begin("lab-sender", Send);
        if (!flood)
            return;
        _floodFrom = LabSocket.To(hosts.A, ThreeHosts.Receiver, FloodPort);
        _floodTo = LabSocket.At(hosts.C, ThreeHosts.Receiver, FloodPort);     // never read: what does not fit is dropped
        Begin("lab-flood", Flood);
    }

    /// <param name="hosts">Through which the packets go.</param>
    /// <param name="cpu">Of sender and receiver.</param>
    /// <param name="interval">Between two packets.</param>
    /// <param name="flood">As many packets on top as one thread can send.</param>
    public static Traffic Start(ThreeHosts hosts, CpuId cpu, Elapsed interval, bool flood = false) => new(hosts, cpu, interval, flood);

    /// <summary>Stops, and tells of all packets in the order in which they were sent.</summary>
    public IReadOnlyList<Packet> Stop()
    {
        Dispose();
        var packets = new Packet[_count];
        for (int i = 0; i < packets.Length; i++)
            packets[i] = new Packet(new KernelTime(_sent[i]), _arrived[i] == 0 ? null : new KernelTime(_arrived[i]));
        return packets;
    }

    public void Dispose()
    {
        _stop = true;
        foreach (var thread in _threads)
            thread.Join();
        _threads.Clear();
        _from.Dispose();
        _to.Dispose();
        _floodFrom?.Dispose();
        _floodTo?.Dispose();
    }

    void Begin(string name, Action run)
    {
        var thread = new Thread(() =>
        {
            CpuMask.Pin(default, _cpu);
            run();
        })
        { Name = name, IsBackground = true };
        thread.Start();
        _threads.Add(thread);
    }

    // Who may not (a container without CAP_SYS_NICE) is late now and then, which the packets' own times show.
    static void RealTime()
    {
        int priority = Priority;
        _ = LabNative.sched_setscheduler(0, LabNative.Fifo, &priority);
    }

    void Send()
    {
        RealTime();
        byte* packet = stackalloc byte[64];
        long next = Stopwatch.GetTimestamp();
        while (!_stop && _count < MostPackets)
        {
            next = Math.Max(next + _interval.Nanoseconds, Stopwatch.GetTimestamp() - _interval.Nanoseconds);
            var until = new LabNative.TimeSpec { Seconds = next / 1_000_000_000, Nanoseconds = next % 1_000_000_000 };
            _ = LabNative.clock_nanosleep(LabNative.MonotonicClock, LabNative.AbsoluteTime, &until, null);
            BinaryPrimitives.WriteInt32LittleEndian(new Span<byte>(packet, 4), _count);
            _sent[_count] = Stopwatch.GetTimestamp();
            _ = NamespaceNative.send((int)_from.DangerousGetHandle(), packet, 64, 0);
            _count++;
        }
    }

    void Flood()
    {
        byte* packet = stackalloc byte[64];
        while (!_stop)
            _ = NamespaceNative.send((int)_floodFrom!.DangerousGetHandle(), packet, 64, 0);
    }

    void Receive()
    {
        RealTime();
        byte* packet = stackalloc byte[64];
        byte* control = stackalloc byte[128];
        var piece = new LabNative.Piece { Data = packet, Length = 64 };
        while (!_stop)
        {
            var message = new LabNative.Message { Pieces = &piece, PieceCount = 1, Control = control, ControlLength = 128 };
            if (LabNative.recvmsg((int)_to.DangerousGetHandle(), &message, 0) < 4)
                continue;
            int number = BinaryPrimitives.ReadInt32LittleEndian(new ReadOnlySpan<byte>(packet, 4));
            if ((uint)number < MostPackets)
                _arrived[number] = Timestamp(new ReadOnlySpan<byte>(control, (int)message.ControlLength)) ?? Stopwatch.GetTimestamp();
        }
    }

    // One cmsghdr { u64 len; int level; int type } and the timespec of SCM_TIMESTAMPNS, which is wall-clock time.
    static long? Timestamp(ReadOnlySpan<byte> control)
    {
        if (control.Length < 32 || BinaryPrimitives.ReadInt32LittleEndian(control[12..]) != LabNative.TimestampNanoseconds)
            return null;
        long wall = BinaryPrimitives.ReadInt64LittleEndian(control[16..]) * 1_000_000_000 + BinaryPrimitives.ReadInt64LittleEndian(control[24..]);
        // Both clocks are read at once here, so a step of the wall clock between two packets does no harm.
        return Stopwatch.GetTimestamp() - ((DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100 - wall);
    }
}
