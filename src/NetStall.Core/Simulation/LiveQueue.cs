// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Simulation;

/// <summary>A receive queue at work: arrivals, the ring, the interrupt and how it is held back.</summary>
/// <remarks>
/// While the interrupt is masked, arrivals change nothing but the ring, so none of them is an event: <see cref="CatchUp"/> lets them all come when somebody looks.
/// <code>
///   armed      the next packet is an event           after it: fires, or moderation lets it wait
///   fired      on its way to the CPU                 packets go into the ring unseen
///   masked     NAPI has it                           packets go into the ring unseen
/// </code>
/// </remarks>
sealed class LiveQueue
{
    readonly Machine _machine;
    readonly ArrivalStream[] _streams;
    readonly LiveFlow[] _flows;
    readonly PacketRing _packets;
    readonly RxQueue _queue;
    readonly int _arrivalSlot, _interruptSlot;
    int _first;
    int _descriptors, _waiting, _used;
    bool _isFired;
    long _lastInterrupt = long.MinValue / 4;

    public LiveQueue(LiveCpu cpu, Machine machine, RxQueue queue, int bit, ArrivalStream[] streams, LiveFlow[] flows, int arrivalSlot, int interruptSlot)
    {
        (_machine, _queue, Bit, _streams, _flows, _arrivalSlot, _interruptSlot) = (machine, queue, bit, streams, flows, arrivalSlot, interruptSlot);
        _packets = new PacketRing(queue.Ring + queue.Fifo);
        // A ring that is full would look like one that is empty, so one descriptor stays with the driver.
        _descriptors = Math.Max(1, queue.Ring - 1);
        Cpu = cpu;
        FindFirst();
    }

    public RxQueue Definition => _queue;
    public LiveCpu Cpu { get; }

    public required int Index { get; init; }

    /// <summary>Of the CPU's interrupts.</summary>
    public int Bit { get; }
    public required LiveNapi Napi { get; init; }
    public required Draw InterruptCost { get; init; }
    public required int Irq { get; init; }
    public required NameId Handler { get; init; }
    public LiveTask? IrqThread { get; set; }
    public QueueCounters Counters { get; } = new();
    public bool IsMasked { get; private set; }

    /// <summary>How many more polls a timer begins before the interrupt is let in again.</summary>
    public int Deferrals { get; set; }

    /// <summary>Packets that the driver can take.</summary>
    public int Waiting => _waiting;

    /// <summary>Packets in the ring and in the NIC.</summary>
    public int Held => _packets.Count;

    long NextArrival => _streams.Length == 0 ? long.MaxValue : _streams[_first].Next;

    /// <summary>All packets up to and with that time come.</summary>
    public void CatchUp(long time)
    {
        while (NextArrival <= time)
        {
            var stream = _streams[_first];
            var counters = _flows[_first].Counters;
            if (_descriptors == 0 && _packets.Count - _waiting >= _queue.Fifo)
            {
                Miss(time);
                continue;
            }
            counters.Arrived++;
            Counters.Arrived++;
            _packets.Add(new Packet(stream.Next, _flows[_first].Index, _flows[_first].Hops));
            if (_descriptors > 0)
            {
                _descriptors--;
                _waiting++;
            }
            stream.Take();
            FindFirst();
        }
    }

    void Miss(long time)
    {
        var (stream, flow) = (_streams[_first], _flows[_first]);
        long missed = 1;
        if (_streams.Length == 1 && _machine.Watch is null)
        {
            missed = stream.SkipTo(time);
        }
        else
        {
            _machine.Watch?.OnDropped(flow.Index, new Elapsed(stream.Next), DropReason.RxMissed);
            stream.Take();
        }
        flow.Counters.Arrived += missed;
        flow.Counters.DropMany(DropReason.RxMissed, missed);
        Counters.Arrived += missed;
        Counters.Missed += missed;
        FindFirst();
    }

    /// <summary>The driver takes the next packet, if one has come by then.</summary>
    public bool TryTake(long time, out Packet packet)
    {
        if (_waiting == 0)
        {
            CatchUp(time);
            if (_waiting == 0)
            {
                packet = default;
                return false;
            }
        }
        _waiting--;
        Counters.Taken++;
        packet = _packets.Take();
        if (++_used >= _queue.RefillBatch)
            Refill(time);
        return true;
    }

    // Descriptors change who is dropped, so all that came before must have come.
    void Refill(long time)
    {
        CatchUp(time);
        if (!HasMemory(time))
            return;
        _descriptors += _used;
        _used = 0;
        int fromFifo = Math.Min(_packets.Count - _waiting, _descriptors);
        _waiting += fromFifo;
        _descriptors -= fromFifo;
    }

    bool HasMemory(long time)
    {
        foreach (var outage in _queue.RefillFails)
        {
            if (time >= outage.At.Nanoseconds && time < (outage.At + outage.For).Nanoseconds)
                return false;
        }
        return true;
    }

    /// <summary>NAPI takes over: no more interrupts.</summary>
    public void Mask() => (IsMasked, _isFired) = (true, false);

    /// <summary>The interrupt's handler ran without NAPI: the next packet interrupts again.</summary>
    public void Rearm(long time)
    {
        _isFired = false;
        Unmask(time);
    }

    /// <summary>NAPI has finished: packets interrupt again, those too that came meanwhile.</summary>
    public void Unmask(long time)
    {
        IsMasked = false;
        if (_used >= _queue.RefillBatch)
            Refill(time);
        CatchUp(time);
        if (_waiting > 0)
            Moderate(time);
        else
            Arm();
    }

    /// <summary>A packet comes while the interrupt is armed or held back.</summary>
    public void OnArrival(long time)
    {
        CatchUp(time);
        if (IsMasked || _isFired)
            return;
        // A ring that got no memory would stay empty for ever, since nothing interrupts: the driver has a worker that tries again.
        if (_used >= _queue.RefillBatch)
            Refill(time);
        if (_machine.Events.IsDue(_interruptSlot))
        {
            if (_queue.Moderation is Moderation.Delay { Frames: > 0 } delay && _waiting >= delay.Frames)
                Fire(time);
            else
                Arm();
            return;
        }
        if (_waiting > 0)
            Moderate(time);
        else
            Arm();
    }

    /// <summary>The time for which it was held back is over.</summary>
    public void Fire(long time)
    {
        _machine.Events.Cancel(_interruptSlot);
        _machine.Events.Cancel(_arrivalSlot);
        if (IsMasked || _isFired)
            return;
        _isFired = true;
        _lastInterrupt = time;
        Counters.Interrupts++;
        Cpu.Interrupts.Request(Bit);
    }

    void Moderate(long time)
    {
        long at = _queue.Moderation switch
        {
            Moderation.Throttle(var gap) => Math.Max(time, _lastInterrupt + gap.Nanoseconds),
            Moderation.Delay(var after, var frames) when frames == 0 || _waiting < frames => _packets.Oldest.Arrived + after.Nanoseconds,
            _ => time,
        };
        if (at <= time)
        {
            Fire(time);
            return;
        }
        _machine.Events.Set(_interruptSlot, at);
        if (_queue.Moderation is Moderation.Delay { Frames: > 0 })
            Arm();
    }

    public void Arm()
    {
        if (NextArrival != long.MaxValue)
            _machine.Events.Set(_arrivalSlot, Math.Max(NextArrival, _machine.Now));
    }

    public void CountQueued()
    {
        Counters.Waiting = _packets.Count;
        while (_packets.Count > 0)
            _machine.Flows[_packets.Take().Flow].Counters.Queued++;
    }

    void FindFirst()
    {
        for (int i = 0; i < _streams.Length; i++)
        {
            if (_streams[i].Next < _streams[_first].Next)
                _first = i;
        }
    }
}
