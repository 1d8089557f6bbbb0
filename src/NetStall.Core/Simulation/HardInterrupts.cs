// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using NetStall.Model;

namespace NetStall.Simulation;

/// <summary>One CPU's hard interrupts: which wait, which one is served, and what it does.</summary>
/// <remarks>
/// Each source waits once at most, as in a local APIC; of those that wait the lowest bit is served first: IPIs, timers, devices, as their vectors are numbered.
/// A handler does what it does at 70 % of its length (raising, waking), so that traces look like traces; without NAPI at its very end, since packets that come during the
/// interrupt are taken by it.
/// </remarks>
sealed class HardInterrupts(Machine machine, LiveCpu cpu)
{
    public const int Resched = 0, Call = 1, Tick = 2, Sample = 3, Timer = 4, Watchdog = 5, FirstLine = 6;

    ulong _waiting;
    bool _isEffected;
    long _rest;

    /// <summary>The one that is served, or was last.</summary>
    public int Serving { get; private set; }

    public bool CanDeliver => _waiting != 0 && cpu.Top < Level.Hardirq && !cpu.InterruptsOff;

    public bool AnyWaiting => _waiting != 0;

    public void Request(int bit)
    {
        _waiting |= 1UL << bit;
        // Another CPU, or the wire: it looks as soon as this moment's events are through.
        if (machine.Running != cpu)
            machine.Events.Set(cpu.StepSlot, machine.Now);
    }

    public void Deliver()
    {
        if (!CanDeliver || !cpu.Idle.IsAwake())
            return;
        int bit = BitOperations.TrailingZeroCount(_waiting);
        _waiting &= ~(1UL << bit);
        Serving = bit;
        cpu.Counters.Interrupts++;
        if (cpu.Current.IsIdle)
            machine.UpdateJiffies(cpu.Clock);
        long cost = CostOf(bit);
        long before = bit >= FirstLine && !machine.Kernel.Napi ? cost : cost * 7 / 10;
        _rest = cost - before;
        _isEffected = false;
        cpu.Push(Level.Hardirq, before);
        machine.Tracer.OnInterrupt(cpu, bit, isEntry: true);
    }

    public void Step()
    {
        if (!_isEffected)
        {
            _isEffected = true;
            cpu.SetLeft(Level.Hardirq, _rest);
            Effect(Serving);
            return;
        }
        machine.Tracer.OnInterrupt(cpu, Serving, isEntry: false);
        cpu.Pop(Level.Hardirq);
        cpu.AfterInterrupt();
    }

    long CostOf(int bit) => bit switch
    {
        Resched or Call => machine.Draws.Ipi.Next(),
        Tick => machine.Draws.Tick.Next(),
        Sample => machine.Draws.Sample.Next(),
        Timer or Watchdog => machine.Draws.Timer.Next(),
        _ => machine.LineOf(cpu, bit) switch
        {
            { Queue: { } queue } => queue.InterruptCost.Next(),
            { Interrupt: { } interrupt } => interrupt.Length.Next(),
            _ => 0,
        },
    };

    void Effect(int bit)
    {
        switch (bit)
        {
            case Resched:
                return;
            case Call:
                cpu.Counters.ReceivedRps++;
                cpu.NetRx.Schedule(cpu.Backlog.Napi);
                return;
            case Tick:
                OnTick();
                return;
            case Sample:
                machine.Tracer.OnSample(cpu, byNmi: false);
                machine.Events.Set(cpu.SampleSlot, machine.NextSample(cpu.Clock));
                return;
            case Timer:
                machine.WakeDue(cpu);
                return;
            case Watchdog:
                machine.ScheduleWatched(cpu);
                return;
            default:
                var line = machine.LineOf(cpu, bit);
                if (line.Queue is { } queue)
                    OnPacket(queue);
                else if (line.Interrupt is { Definition.Raises: { } vector } interrupt)
                    cpu.Softirqs.RaiseWithWork(vector, interrupt);
                return;
        }
    }

    void OnPacket(LiveQueue queue)
    {
        if (!machine.Kernel.Napi)
        {
            TakePackets(queue);
            return;
        }
        if (machine.ThreadedIrqs && queue.IrqThread is { } thread)
        {
            // The line stays off until the thread is through.
            queue.Mask();
            thread.IsDue = true;
            cpu.Scheduler.Wake(thread);
            return;
        }
        Schedule(queue.Napi);
    }

    // napi_schedule(), as a driver's handler calls it.
    public void Schedule(LiveNapi napi)
    {
        napi.Queue?.Mask();
        if (napi.IsScheduled)
        {
            napi.IsMissed = true;
            return;
        }
        napi.IsScheduled = true;
        cpu.NetRx.Schedule(napi);
    }

    // netif_rx() from the handler: with DMA all that came, else the one that the processor copies.
    void TakePackets(LiveQueue queue)
    {
        while (queue.TryTake(cpu.Clock, out var packet))
        {
            cpu.Backlog.Enqueue(packet, cpu);
            if (!queue.Definition.Dma)
                break;
        }
        queue.Rearm(cpu.Clock);
    }

    void OnTick()
    {
        cpu.Counters.Ticks++;
        if (!cpu.Idle.TickIsStopped)
            machine.Events.Set(cpu.TickSlot, machine.NextTick(cpu));
        machine.OnTimekeeping(cpu);
        cpu.Scheduler.OnTick();
        var tunables = machine.Host.Tunables;
        if (tunables.TickRaisesTimer > 0 && machine.Chance.Fraction() <= tunables.TickRaisesTimer)
            cpu.Softirqs.Raise(SoftirqVector.Timer);
        if (tunables.TickRaisesSched > 0 && machine.Chance.Fraction() <= tunables.TickRaisesSched)
            cpu.Softirqs.Raise(SoftirqVector.Sched);
        if (tunables.TickRaisesRcu > 0 && machine.Chance.Fraction() <= tunables.TickRaisesRcu)
            cpu.Softirqs.Raise(SoftirqVector.Rcu);
    }
}
