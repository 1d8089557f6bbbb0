// SPDX-License-Identifier: Apache-2.0
using System.Net;
using NetStall.Linux.Native;
using NetStall.Model;
using NetStall.Probing;
using NetStall.Recordings;

namespace NetStall.Linux.Probing;

/// <summary>Sends probes to one address for a while, and reads the answers.</summary>
/// <param name="target">For the report.</param>
/// <param name="address">Where to.</param>
/// <param name="plan">What.</param>
/// <param name="duration">How long.</param>
public sealed class ProbeRun(ProbeTarget target, IPAddress address, ProbePlan plan, Elapsed duration)
{
    static readonly Elapsed Patience = Elapsed.FromSeconds(3);

    /// <summary>The probes of one moment: a late timer must not become a flood.</summary>
    const int MostAtOnce = 32;

    volatile bool _stop;
    long _skipped;

    /// <summary>The CPUs to run on and to watch; those of the process when null. .NET gives each new thread all of the process again.</summary>
    public IReadOnlyList<CpuId>? Cpus { get; init; }

    /// <summary>Ends it as if its time was over. From any thread.</summary>
    public void Stop() => _stop = true;

    /// <param name="everySecond">Told how it goes, from the thread that sends: to be short.</param>
    /// <exception cref="CannotHereException">This machine or this user may not send such probes, or there is no route.</exception>
    public ProbeReport Run(Action<ProbeSession, KernelTime>? everySecond = null)
    {
        ProbeReport? report = null;
        Exception? failed = null;
        var thread = new Thread(() =>
        {
            try
            {
                report = RunHere(everySecond);
            }
            catch (SystemCallException e)
            {
                failed = new CannotHereException($"Probes cannot be sent here: {e.Message}.", e);
            }
            catch (Exception e)
            {
                // Thrown again where it can be caught.
                failed = e;
            }
        })
        { Name = "probe" };
        thread.Start();
        thread.Join();
        if (failed is not null)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failed);
        return report!;
    }

    ProbeReport RunHere(Action<ProbeSession, KernelTime>? everySecond)
    {
        var session = new ProbeSession(plan);
        var clock = new ProbeClock();
        var probes = new OutstandingProbes(Patience, session.Accept);
        using var epoll = new Epoll();
        var context = new ProbeContext(address, plan, epoll, probes, clock, Patience);
        using IProbeSockets sockets = plan.Transport switch
        {
            ProbeTransport.Icmp => new IcmpSockets(context),
            ProbeTransport.Udp => new UdpSockets(context),
            _ => new TcpSockets(context),
        };
        for (int flow = 0; flow < plan.Flows; flow++)
        {
            if (sockets.Port(flow) is { } port)
                session.SetPort(flow, port);
        }
        if (Cpus is [var first, ..])
            AllowedCpus.Pin(first);
        using var control = new OwnControl(plan, Cpus ?? AllowedCpus.Get());
        bool realTime = RealTime.Ask();

        Loop(session, sockets, context, control, everySecond);
        // Pauses that only just end are told by then.
        control.Dispose();
        TakePauses(control, session);

        if (clock.Steps > 0)
            context.Tell("The wall clock was set while this ran: UTC times may be off by as much.");
        session.Notes.AddRange(context.Notes);
        var facts = new ProberFacts(Environment.MachineName, sockets.Stamps, realTime, control.Cpus, Environment.ProcessorCount);
        return session.Conclude(target, facts, new RecordingClock("CLOCK_MONOTONIC", ProbeClock.Wall()), _skipped, probes.Strays);
    }

    void Loop(ProbeSession session, IProbeSockets sockets, ProbeContext context, OwnControl control, Action<ProbeSession, KernelTime>? everySecond)
    {
        var keys = new ulong[64];
        // The probes of the flows are spread over the interval.
        var step = new Elapsed(plan.Interval.Nanoseconds / plan.Flows);
        var begin = ProbeClock.Now() + Elapsed.FromMilliseconds(5);
        var end = begin + duration;
        var told = begin;
        long tick = 0;
        KernelTime Due(long t) => begin + new Elapsed(t * step.Nanoseconds);

        while (true)
        {
            bool sending = !_stop && Due(tick) < end;
            var next = sending ? Due(tick) : ProbeClock.Now() + Elapsed.FromMilliseconds(50);
            int happened = context.Epoll.Wait(next, keys);
            var now = ProbeClock.Now();
            context.Clock.Refresh();
            foreach (ulong key in keys.AsSpan(0, happened))
                sockets.Ready(key, now);

            if (sending && now >= next)
            {
                if (now - next >= plan.LeastDelay)
                    session.Pauses.Add(new OwnPause(next, now, null));
                tick = SendDue(sockets, tick, now, Due);
            }
            TakePauses(control, session);
            sockets.Tick(now);
            context.Probes.Settle(now);
            session.Settle(now);
            if (now - told >= Elapsed.FromSeconds(1))
            {
                told = now;
                everySecond?.Invoke(session, now);
            }
            if (!sending && context.Probes.Count == 0)
                return;
        }
    }

    static void TakePauses(OwnControl control, ProbeSession session)
    {
        while (control.TryTake(out var pause))
            session.Pauses.Add(pause);
    }

    // Those that are late by less than half an interval are sent; what a longer pause kept back would tell nothing any more.
    long SendDue(IProbeSockets sockets, long tick, KernelTime now, Func<long, KernelTime> due)
    {
        int sent = 0;
        for (; due(tick) <= now; tick++)
        {
            bool stale = (now - due(tick)).Nanoseconds * 2 > plan.Interval.Nanoseconds || sent >= MostAtOnce;
            if (stale || !sockets.Send((int)(tick % plan.Flows)))
                _skipped++;
            else
                sent++;
        }
        return tick;
    }
}
