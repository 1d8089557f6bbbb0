// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Net;
using NetStall.Model;
using NetStall.Probing;
using static NetStall.Linux.Probing.ProbeNative;

namespace NetStall.Linux.Probing;

/// <summary>
/// Watches the prober's own machine: on each CPU that it may use a thread wakes every interval and sends itself a datagram over loopback, which goes
/// through that CPU's own NET_RX. Where the thread wakes late, or the datagram does not come, answers of the peer would come late too.
/// </summary>
sealed unsafe class OwnControl : IDisposable
{
    /// <summary>A control for each CPU of a large machine would be a load of its own.</summary>
    const int MostCpus = 64;

    static readonly Elapsed ShortestInterval = Elapsed.FromMilliseconds(10);

    readonly ConcurrentQueue<OwnPause> _pauses = new();
    readonly List<Thread> _threads = [];
    readonly Elapsed _interval, _leastDelay;
    volatile bool _stop;

    public OwnControl(ProbePlan plan, IEnumerable<CpuId> cpus)
    {
        _interval = Elapsed.Max(plan.Interval, ShortestInterval);
        _leastDelay = plan.LeastDelay;
        Cpus = [.. cpus.Take(MostCpus)];
        foreach (var cpu in Cpus)
        {
            var thread = new Thread(() => Watch(cpu), 256 * 1024) { IsBackground = true, Name = $"control {cpu}" };
            _threads.Add(thread);
            thread.Start();
        }
    }

    public IReadOnlyList<CpuId> Cpus { get; }

    public bool TryTake(out OwnPause pause) => _pauses.TryDequeue(out pause);

    public void Dispose()
    {
        _stop = true;
        foreach (var thread in _threads)
            thread.Join();
    }

    void Watch(CpuId cpu)
    {
        AllowedCpus.Pin(cpu);
        RealTime.Ask();
        using var socket = ToItself();
        long sent = 0;
        KernelTime? unanswered = null;
        var due = ProbeClock.Now() + _interval;
        while (!_stop)
        {
            Sleep(due);
            var now = ProbeClock.Now();
            if (now - due >= _leastDelay)
                _pauses.Enqueue(new OwnPause(due, now, cpu));
            if (socket is not null)
            {
                // What was sent at the last tick has come long since, unless this CPU's NET_RX did not run.
                bool came = Came(socket, sent);
                if (unanswered is { } since && came && now - since > _interval + _leastDelay)
                    _pauses.Enqueue(new OwnPause(since, now, cpu));
                if (came || sent == 0)
                {
                    unanswered = now;
                    sent++;
                    _ = ProbeNative.Send(socket.Fd, (byte*)&sent, sizeof(long), MsgDontWait);
                }
            }
            // What was missed is not made up for.
            due = KernelTime.Max(due + _interval, ProbeClock.Now());
        }
    }

    static void Sleep(KernelTime until)
    {
        var at = new Timespec(until.Nanoseconds);
        while (ClockSleep(ClockMonotonic, TimerAbsolute, &at, null) == Native.Errno.Interrupted)
        {
        }
    }

    static bool Came(ProbeSocket socket, long sent)
    {
        long number = 0;
        bool came = false;
        while (Read(socket.Fd, &number, sizeof(long)) == sizeof(long))
            came |= number == sent;
        return came;
    }

    // A socket connected to itself. Null in a namespace whose loopback is down: then the wake-ups alone must do.
    static ProbeSocket? ToItself()
    {
        if (ProbeSocket.Open(AfInet, SockDgram, 0) is not { } socket)
            return null;
        if (socket.BindTo(AfInet, 0) == 0 && socket.ConnectTo(IPAddress.Loopback, socket.OwnPort()) == 0)
            return socket;
        socket.Dispose();
        return null;
    }
}
