// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Simulation;

/// <summary>Makes the parts of a <see cref="Machine"/> from a <see cref="Host"/>'s definition, and checks that names meet.</summary>
sealed class MachineParts
{
    const int FirstIrq = 24;

    readonly Machine _machine;
    readonly Host _host;
    readonly ulong _seed;
    readonly SimulatedFrames _frames;
    readonly int[] _nextBit;
    readonly List<LiveFlow> _flows = [];
    int _nextIrq = FirstIrq;
    int _nextKey = 1;

    public MachineParts(Machine machine, ulong seed, SimulatedFrames frames)
    {
        (_machine, _host, _seed, _frames) = (machine, machine.Host, seed, frames);
        if (_host.Cpus.Count == 0)
            throw new ArgumentException("A host has a CPU at least.");
        Lines = [.. _host.Cpus.Select(_ => new Machine.Line[64])];
        _nextBit = new int[_host.Cpus.Count];
        Array.Fill(_nextBit, HardInterrupts.FirstLine);

        Sockets = [.. _host.Receivers.Select(r => new LiveSocket(r))];
        Cpus = [.. _host.Cpus.Select(MakeCpu)];
        foreach (var arrivals in _host.Arrivals)
            MakeFlow(arrivals.Hops, arrivals.Cost, arrivals.To, arrivals.Name);
        Watchdogs = [.. _host.Queues.Select((_, i) => Slots.Add(SlotKind.Watchdog, i))];
        Queues = [.. _host.Queues.Select(MakeQueue)];
        Interrupts = [.. _host.Interrupts.Select(MakeInterrupt)];
        Holds = [.. _host.Holds.Select((hold, i) => new LiveHold
        {
            Definition = hold,
            Slot = Slots.Add(SlotKind.Hold, i),
            Every = Draw(hold.Every, $"hold-{i}-every"),
            Length = Draw(hold.Length, $"hold-{i}-length"),
        })];
        Tasks = new TaskParts(this, _machine).Make();
        Flows = [.. _flows];
        foreach (var cpu in Cpus)
            cpu.Backlog = new Backlog(_machine, cpu, new LiveNapi { Key = _nextKey++, Weight = _host.Tunables.Weight }, Flows.Length);
        Slots.Add(SlotKind.StealReading, 0);
        if (Tasks.Any(t => t.Realtime > 0))
            Slots.Add(SlotKind.RealtimePeriod, 0);
    }

    public SlotTable Slots { get; } = new();
    public LiveCpu[] Cpus { get; }
    public LiveSocket[] Sockets { get; }
    public LiveFlow[] Flows { get; }
    public LiveQueue[] Queues { get; }
    public LiveTask[] Tasks { get; }
    public LiveInterrupt[] Interrupts { get; }
    public LiveHold[] Holds { get; }
    public Machine.Line[][] Lines { get; }
    public int[] Watchdogs { get; }
    public SimulatedFrames Frames => _frames;

    public Draw Draw(Spread spread, string purpose) => new(spread, new RandomSource(_seed, purpose));

    public Draw? DrawOrNull(Spread? spread, string purpose) => spread is null ? null : Draw(spread, purpose);

    public LiveCpu Cpu(int number, string user) =>
        (uint)number < (uint)Cpus.Length ? Cpus[number] : throw new ArgumentException($"`{user}` is on CPU {number}, and the host has {Cpus.Length}.");

    public LiveSocket? Socket(string? name, string user) => name is null ? null
        : Array.Find(Sockets, s => s.Name == name) ?? throw new ArgumentException($"`{user}` names the receiver `{name}`, which there is none of.");

    public LiveNapi Napi(string queue, string user) => Array.Find(Queues, q => q.Definition.Name == queue)?.Napi ?? throw new ArgumentException($"`{user}` names the queue `{queue}`, which there is none of.");

    public LiveFlow MakeFlow(int hops, Spread? cost, string? to, string name)
    {
        var flow = new LiveFlow
        {
            Index = _flows.Count,
            Hops = hops,
            Cost = Draw(cost ?? _host.Costs.Packet, $"flow-{_flows.Count}-cost"),
            To = Socket(to, name),
        };
        _flows.Add(flow);
        return flow;
    }

    LiveCpu MakeCpu(HostCpu definition, int id) => new(_machine, id, definition)
    {
        StepSlot = Slots.Add(SlotKind.CpuStep, id),
        TickSlot = Slots.Add(SlotKind.Tick, id),
        SampleSlot = Slots.Add(SlotKind.Sample, id),
        ReschedSlot = Slots.Add(SlotKind.Ipi, id),
        CallSlot = Slots.Add(SlotKind.Call, id),
    };

    LiveQueue MakeQueue(RxQueue queue, int index)
    {
        var cpu = Cpu(queue.Cpu, queue.Name);
        var flows = new List<LiveFlow>();
        var streams = new List<ArrivalStream>();
        for (int i = 0; i < _host.Arrivals.Count; i++)
        {
            var arrivals = _host.Arrivals[i];
            if (arrivals.Queue != queue.Name)
                continue;
            flows.Add(_flows[i]);
            streams.Add(ArrivalStream.Of(arrivals, new RandomSource(_seed, $"arrivals-{i}")));
            if (queue.Rps.Count > 0)
                _flows[i].SteeredTo = Cpu(queue.Rps[i % queue.Rps.Count], queue.Name);
        }
        var live = new LiveQueue(cpu, _machine, queue, TakeBit(cpu, queue.Name), [.. streams], [.. flows], Slots.Add(SlotKind.Arrival, index), Slots.Add(SlotKind.QueueInterrupt, index))
        {
            Index = index,
            Napi = new LiveNapi { Key = _nextKey++, Weight = 64, Device = _machine.Names.Intern(queue.Device) },
            InterruptCost = Draw(_host.Costs.Interrupt, $"queue-{index}-interrupt"),
            Irq = _nextIrq++,
            Handler = _machine.Names.Intern(queue.Name),
        };
        live.Napi.Queue = live;
        Lines[cpu.Id][live.Bit] = new Machine.Line(live, null);
        return live;
    }

    LiveInterrupt MakeInterrupt(DeviceInterrupt interrupt, int index)
    {
        var cpu = Cpu(interrupt.Cpu, interrupt.Name);
        var live = new LiveInterrupt
        {
            Definition = interrupt,
            Cpu = cpu,
            Bit = TakeBit(cpu, interrupt.Name),
            Slot = Slots.Add(SlotKind.DeviceInterrupt, index),
            Irq = interrupt.Irq != 0 ? interrupt.Irq : _nextIrq++,
            Handler = _machine.Names.Intern(interrupt.Name),
            Every = Draw(interrupt.Every, $"interrupt-{index}-every"),
            Length = Draw(interrupt.Length, $"interrupt-{index}-length"),
            SoftirqLength = Draw(interrupt.SoftirqLength, $"interrupt-{index}-softirq"),
            Frames = _frames.LeafFirst(interrupt.Functions),
            SoftirqFrames = _frames.LeafFirst(interrupt.SoftirqFunctions),
        };
        Lines[cpu.Id][live.Bit] = new Machine.Line(null, live);
        return live;
    }

    int TakeBit(LiveCpu cpu, string user) => _nextBit[cpu.Id] < 64
        ? _nextBit[cpu.Id]++
        : throw new ArgumentException($"`{user}`: a simulated CPU has room for {64 - HardInterrupts.FirstLine} interrupt lines.");
}
