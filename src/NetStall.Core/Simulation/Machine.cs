// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Simulation;

/// <summary>A host at work: all its parts, one clock, one queue of what happens next.</summary>
sealed class Machine
{
    readonly SlotTable _slots;
    readonly Line[][] _lines;
    readonly LiveHold[] _holds;
    readonly int[] _watchdogs;
    readonly int _samplePeriod;

    /// <summary>What an interrupt line of a CPU belongs to.</summary>
    public readonly record struct Line(LiveQueue? Queue, LiveInterrupt? Interrupt);

    public Machine(Host host, ulong seed, Elapsed length, int sampleRate, NameTable names, SimulatedFrames frames)
    {
        Host = host;
        Kernel = host.Kernel;
        End = length.Nanoseconds;
        Names = names;
        TickLength = 1_000_000_000 / host.Hz;
        Preemption = host.Preemption ?? Kernel.Preemption;
        ThreadedIrqs = host.Tunables.ThreadIrqs || Preemption == PreemptionModel.Realtime;
        Draws = new CostDraws(host.Costs, seed);
        Chance = new RandomSource(seed, "chance");
        Fair = FairPolicy.Of(Kernel, host.Cpus.Count, TickLength);
        MaxSoftirqJiffies = InTicks(Kernel.MaxSoftirqTime.Nanoseconds);
        BudgetJiffies = (host.Tunables.BudgetMicroseconds ?? Kernel.BudgetMicroseconds) is { } us ? InTicks(us * 1000) : 2;
        _samplePeriod = sampleRate == 0 ? 0 : 1_000_000_000 / sampleRate;

        var parts = new MachineParts(this, seed, frames);
        _slots = parts.Slots;
        Cpus = parts.Cpus;
        Flows = parts.Flows;
        Sockets = parts.Sockets;
        Tasks = parts.Tasks;
        _holds = parts.Holds;
        _lines = parts.Lines;
        _watchdogs = parts.Watchdogs;
        Interrupts = parts.Interrupts;
        Queues = parts.Queues;
        Events = new EventQueue(_slots.Count);
        for (int slot = 0; slot < _slots.Count; slot++)
            Events.Rank(slot, SlotTable.RankOf(_slots[slot].Kind));
    }

    public Host Host { get; }
    public KernelProfile Kernel { get; }
    public NameTable Names { get; }
    public PreemptionModel Preemption { get; }
    public bool ThreadedIrqs { get; }
    public CostDraws Draws { get; }
    public RandomSource Chance { get; }
    public FairPolicy Fair { get; }
    public long TickLength { get; }
    public long MaxSoftirqJiffies { get; }
    public long BudgetJiffies { get; }
    public EventQueue Events { get; }
    public LiveCpu[] Cpus { get; }
    public LiveQueue[] Queues { get; }
    public LiveFlow[] Flows { get; }
    public LiveSocket[] Sockets { get; }
    public LiveTask[] Tasks { get; }
    public LiveInterrupt[] Interrupts { get; }
    public Tracer Tracer { get; set; } = null!;
    public Invariants? Invariants { get; set; }
    public IPacketWatch? Watch { get; init; }
    public ITimeWatch? Times { get; init; }
    public bool SamplesByNmi { get; init; }
    public bool ReadsSteal { get; init; }

    public long End { get; }

    /// <summary>The time of what happens now.</summary>
    public long Now { get; set; }

    /// <summary>The CPU whose code runs; null between events.</summary>
    public LiveCpu? Running { get; set; }

    /// <summary>Ticks as the kernel has counted them: a timekeeper with interrupts off counts late.</summary>
    public long Jiffies { get; private set; }

    /// <summary>The CPU whose tick counts; null while all that might are idle.</summary>
    LiveCpu? Timekeeper { get; set; }

    public Line LineOf(LiveCpu cpu, int bit) => _lines[cpu.Id][bit];

    public void Run()
    {
        Start();
        while (Events.Next <= End)
        {
            Now = Events.Next;
            int slot = Events.Take();
            Handle(_slots[slot].Kind, _slots[slot].Index);
        }
        foreach (var cpu in Cpus)
            cpu.CatchUp(End);
        foreach (var queue in Queues)
        {
            queue.CatchUp(End);
            queue.CountQueued();
        }
        foreach (var cpu in Cpus)
        {
            cpu.Backlog.CountQueued();
            cpu.Poll.CountQueued();
        }
    }

    void Start()
    {
        foreach (var cpu in Cpus)
        {
            cpu.Idle.OnSwitchedIn();
            if (_samplePeriod > 0)
                Events.Set(cpu.SampleSlot, NextSample(0));
        }
        foreach (var queue in Queues)
            queue.Arm();
        foreach (var task in Tasks)
        {
            if (task.Kind == TaskKind.Program)
                Events.Set(task.TimerSlot, task.Starts);
        }
        foreach (var interrupt in Interrupts)
            Events.Set(interrupt.Slot, interrupt.Definition.From.Nanoseconds + interrupt.Every.Next());
        foreach (var hold in _holds)
            Events.Set(hold.Slot, hold.Definition.From.Nanoseconds + hold.Every.Next());
        for (int slot = 0; slot < _slots.Count; slot++)
        {
            if (_slots[slot].Kind == SlotKind.RealtimePeriod)
                Events.Set(slot, RealtimeQueue.Period);
            if (_slots[slot].Kind == SlotKind.StealReading && ReadsSteal)
                Events.Set(slot, 0);
        }
    }

    void Handle(SlotKind kind, int index)
    {
        switch (kind)
        {
            case SlotKind.CpuStep:
                Continue(Cpus[index]);
                return;
            case SlotKind.Arrival:
                Queues[index].OnArrival(Now);
                Continue(Queues[index].Cpu);
                return;
            case SlotKind.QueueInterrupt:
                Queues[index].Fire(Now);
                Continue(Queues[index].Cpu);
                return;
            case SlotKind.Watchdog:
                Interrupt(Queues[index].Cpu, HardInterrupts.Watchdog);
                return;
            case SlotKind.Tick:
                Interrupt(Cpus[index], HardInterrupts.Tick);
                return;
            case SlotKind.Sample:
                Sample(Cpus[index]);
                return;
            case SlotKind.Ipi:
                Interrupt(Cpus[index], HardInterrupts.Resched);
                return;
            case SlotKind.Call:
                Interrupt(Cpus[index], HardInterrupts.Call);
                return;
            case SlotKind.TaskTimer:
                Tasks[index].IsDue = true;
                Interrupt(Tasks[index].Cpu, HardInterrupts.Timer);
                return;
            case SlotKind.DeviceInterrupt:
                Strike(Interrupts[index]);
                return;
            case SlotKind.Hold:
                Hold(_holds[index]);
                return;
            case SlotKind.FairServer:
                Cpus[index].CatchUp(Now);
                Cpus[index].Scheduler.OnFairServer();
                Continue(Cpus[index]);
                return;
            case SlotKind.RealtimePeriod:
                foreach (var cpu in Cpus)
                {
                    cpu.CatchUp(Now);
                    cpu.Scheduler.OnRealtimePeriod();
                }
                Events.Set(_slots.Find(SlotKind.RealtimePeriod), Now + RealtimeQueue.Period);
                return;
            case SlotKind.StealReading:
                foreach (var cpu in Cpus)
                {
                    cpu.CatchUp(Now);
                    Tracer.OnSteal(cpu, cpu.Stolen);
                }
                Events.Set(_slots.Find(SlotKind.StealReading), Now + 100_000_000);
                return;
        }
    }

    void Continue(LiveCpu cpu)
    {
        cpu.CatchUp(Now);
        cpu.Run();
    }

    void Interrupt(LiveCpu cpu, int bit)
    {
        cpu.CatchUp(Now);
        cpu.Interrupts.Request(bit);
        cpu.Run();
    }

    void Sample(LiveCpu cpu)
    {
        if (!SamplesByNmi)
        {
            Interrupt(cpu, HardInterrupts.Sample);
            return;
        }
        cpu.CatchUp(Now);
        Events.Set(cpu.SampleSlot, NextSample(Now));
        // The counter counts cycles: it stands still with the CPU.
        if (cpu.Top != Level.Held && !(cpu.Top == Level.Task && cpu.Current.IsIdle))
        {
            Tracer.OnSample(cpu, byNmi: true);
            cpu.Push(Level.Nmi, Draws.Sample.Next());
        }
        cpu.Run();
    }

    void Strike(LiveInterrupt interrupt)
    {
        long next = Now + Math.Max(1, interrupt.Every.Next());
        if (interrupt.Definition.Until is not { } until || next < until.Nanoseconds)
            Events.Set(interrupt.Slot, next);
        Interrupt(interrupt.Cpu, interrupt.Bit);
    }

    void Hold(LiveHold hold)
    {
        long length = hold.Length.Next();
        foreach (var cpu in Cpus)
        {
            if (hold.Definition.Cpu is { } only && only != cpu.Id)
                continue;
            cpu.CatchUp(Now);
            if (cpu.Top == Level.Held || length == 0)
                continue;
            if (hold.Definition.IsSteal)
                cpu.Stolen += length;
            cpu.Push(Level.Held, length);
            cpu.Run();
        }
        if (++hold.Count != hold.Definition.Times)
            Events.Set(hold.Slot, Now + length + Math.Max(1, hold.Every.Next()));
    }

    /// <summary>A packet is through with its device: it goes on to its next hop, or has arrived.</summary>
    public void Receive(LiveCpu cpu, in Packet packet)
    {
        cpu.Counters.Processed++;
        var flow = Flows[packet.Flow];
        if (packet.Hops > 0)
        {
            cpu.Backlog.Enqueue(packet with { Hops = packet.Hops - 1 }, cpu);
            return;
        }
        if (flow.To is { } socket)
        {
            if (!socket.TryAdd(packet))
            {
                Drop(flow, DropReason.ReceiveBuffer);
                return;
            }
            if (socket.Waiting is { } reader)
            {
                socket.Waiting = null;
                cpu.Scheduler.Wake(reader);
            }
        }
        flow.Counters.Delivered++;
        flow.Counters.Latency.Add(new Elapsed(cpu.Clock - packet.Arrived));
        Watch?.OnDelivered(packet.Flow, new Elapsed(packet.Arrived), new Elapsed(cpu.Clock), new CpuId(cpu.Id), cpu.Current.Tid);
    }

    public void Drop(LiveFlow flow, DropReason reason)
    {
        flow.Counters.Drop(reason);
        Watch?.OnDropped(flow.Index, new Elapsed(Now), reason);
    }

    public void WakeDue(LiveCpu cpu)
    {
        foreach (var task in Tasks)
        {
            if (task.Cpu == cpu && task.IsDue && task.Kind == TaskKind.Program)
            {
                task.IsDue = false;
                cpu.Scheduler.Wake(task);
            }
        }
    }

    public void SetWatchdog(LiveQueue queue, long at) => Events.Set(_watchdogs[Array.IndexOf(Queues, queue)], at);

    /// <summary>napi_watchdog() on this CPU: all whose time has come are polled again.</summary>
    public void ScheduleWatched(LiveCpu cpu)
    {
        for (int i = 0; i < Queues.Length; i++)
        {
            if (Queues[i].Cpu == cpu && Queues[i].IsMasked && !Queues[i].Napi.IsScheduled && !Events.IsDue(_watchdogs[i]))
                cpu.Interrupts.Schedule(Queues[i].Napi);
        }
    }

    public void OnTimekeeping(LiveCpu cpu)
    {
        Timekeeper ??= cpu;
        if (Timekeeper == cpu)
            UpdateJiffies(cpu.Clock);
    }

    public void LeaveTimekeeping(LiveCpu cpu)
    {
        if (Timekeeper == cpu)
            Timekeeper = null;
    }

    public void UpdateJiffies(long time) => Jiffies = Math.Max(Jiffies, time / TickLength);

    public long NextTick(LiveCpu cpu)
    {
        long phase = cpu.Definition.TickPhase.Nanoseconds;
        return ((cpu.Clock - phase) / TickLength + 1) * TickLength + phase;
    }

    /// <summary>An hrtimer goes on from now: what was missed is not made up for.</summary>
    public long NextSample(long after) => (after / _samplePeriod + 1) * _samplePeriod;

    /// <summary>usecs_to_jiffies(): rounded up.</summary>
    long InTicks(long nanoseconds) => (nanoseconds + TickLength - 1) / TickLength;
}
