// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Simulation;

/// <summary>One poll of one NAPI on one CPU, packet by packet, in a softirq or in a thread. There is never more than one on a CPU.</summary>
sealed class NapiPoll(Machine machine, LiveCpu cpu)
{
    Level _level;
    bool _inHand;
    Packet _packet;

    public LiveNapi Napi { get; private set; } = null!;

    /// <summary>Packets taken. Less than the weight: the NAPI is done, and off.</summary>
    public int Work { get; private set; }

    public void Begin(LiveNapi napi, Level level)
    {
        (Napi, _level, Work, _inHand) = (napi, level, 0, false);
        napi.IsPolled = true;
        if (napi.Queue is null)
            cpu.NetRx.SendIpis();
        cpu.SetLeft(level, machine.Draws.Poll.Next());
    }

    /// <summary>True when the poll is over.</summary>
    public bool Step()
    {
        var queue = Napi.Queue;
        while (true)
        {
            if (_inHand)
            {
                _inHand = false;
                if (queue is null)
                    machine.Receive(cpu, _packet);
                else
                    FromDevice(_packet);
            }
            if (Work == Napi.Weight || !(queue is null ? cpu.Backlog.TryTake(out _packet) : queue.TryTake(cpu.Clock, out _packet)))
            {
                End();
                return true;
            }
            Work++;
            _inHand = true;
            if (queue is not null)
                machine.Invariants?.OnTaken(queue.Index, _packet);
            var flow = machine.Flows[_packet.Flow];
            long cost = queue is not null && flow.SteeredTo is not null ? machine.Draws.Steer.Next() : flow.Cost.Next();
            // Nothing else happens before this packet is done: on without a detour.
            if (cpu.Clock + cost <= cpu.Horizon && !cpu.Interrupts.AnyWaiting)
            {
                if (cost > 0)
                    cpu.RunAhead(cost);
                continue;
            }
            cpu.SetLeft(_level, cost);
            return false;
        }
    }

    /// <summary>A packet in hand when the simulation ends is neither here nor there.</summary>
    public void CountQueued()
    {
        if (_inHand)
            machine.Flows[_packet.Flow].Counters.Queued++;
    }

    void End()
    {
        var counters = cpu.Counters;
        counters.Polls++;
        counters.PolledPackets += Work;
        bool full = Work >= Napi.Weight;
        if (full)
            counters.FullPolls++;
        if (Napi.Queue is { } queue)
        {
            queue.Counters.Polls++;
            if (full)
                queue.Counters.FullPolls++;
        }
        Napi.IsPolled = false;
        if (!full)
            Complete();
        machine.Tracer.OnPoll(cpu, Napi, Work);
        cpu.SetLeft(_level, 0);
    }

    // napi_complete_done()
    void Complete()
    {
        if (Napi.IsMissed)
        {
            Napi.IsMissed = false;
            cpu.NetRx.Schedule(Napi);
            return;
        }
        Napi.IsScheduled = false;
        Napi.ThreadIsDue = false;
        if (Napi.Queue is not { } queue)
            return;
        var tunables = machine.Host.Tunables;
        if (tunables.GroFlushTimeout > Elapsed.Zero)
        {
            if (Work > 0)
                queue.Deferrals = tunables.DeferHardIrqs;
            if (queue.Deferrals > 0)
            {
                queue.Deferrals--;
                machine.SetWatchdog(queue, cpu.Clock + tunables.GroFlushTimeout.Nanoseconds);
                return;
            }
        }
        queue.Unmask(cpu.Clock);
    }

    void FromDevice(in Packet packet)
    {
        var flow = machine.Flows[packet.Flow];
        if (flow.SteeredTo is { } other)
            other.Backlog.Enqueue(packet, cpu);
        else
            machine.Receive(cpu, packet);
    }
}
