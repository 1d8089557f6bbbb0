// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Simulation;

/// <summary>Who has one CPU: real-time tasks by priority, ordinary ones by <see cref="FairPolicy"/>, else nobody.</summary>
/// <remarks>Asking a task to go (<see cref="NeedResched"/>) is one thing; where it does go is <see cref="TaskRunner"/>'s.</remarks>
sealed class CpuScheduler(Machine machine, LiveCpu cpu)
{
    const long FairServerRuntime = 50_000_000;

    long _chargedTo;
    long _fairServer;

    public FairQueue Root { get; } = new();
    public RealtimeQueue Realtime { get; } = new(machine, cpu);

    /// <summary>Of the fair server: when it fires, ordinary tasks have waited too long.</summary>
    public int FairServerSlot { get; set; }
    public LiveTask IdleTask { get; set; } = null!;

    public bool NeedResched { get; private set; }
    public bool NeedReschedLazy { get; private set; }
    public bool IsSwitching { get; private set; }

    /// <summary>try_to_wake_up(), called on this CPU; the task may belong to another one.</summary>
    public void Wake(LiveTask task)
    {
        if (task.State != TaskState.Sleeping)
            return;
        machine.Tracer.OnWaking(cpu, task);
        if (task.Cpu != cpu)
            task.Cpu.CatchUp(machine.Now);
        task.Cpu.Scheduler.Activate(task, cpu);
    }

    public void Activate(LiveTask task, LiveCpu from)
    {
        task.State = TaskState.Runnable;
        Charge();
        Add(task, atHead: false);
        if (Preempts(task))
            Resched(from, isFair: task.Priority == 0 && !cpu.Current.IsIdle);
    }

    /// <summary>The current task shall go. Another CPU that says so sends an interrupt.</summary>
    void Resched(LiveCpu? from, bool isFair)
    {
        if (isFair && machine.Preemption == PreemptionModel.Lazy)
        {
            NeedReschedLazy = true;
            return;
        }
        NeedResched = true;
        if (from != cpu && from is not null && !machine.Events.IsDue(cpu.ReschedSlot))
            machine.Events.Set(cpu.ReschedSlot, machine.Now + machine.Draws.IpiTransit.Next());
    }

    public void OnTick()
    {
        Charge();
        if (NeedReschedLazy)
            NeedResched = true;
        var current = cpu.Current;
        if (current.IsIdle)
            return;
        if (current.Priority > 0)
        {
            if (current.Boost == 0 && Realtime.Throttle())
                NeedResched = true;
            return;
        }
        if (_fairServer < 0)
        {
            _fairServer = 0;
            NeedResched |= Realtime.First is not null;
        }
        for (var entity = current.Fair; entity is not null; entity = entity.Parent)
        {
            if (machine.Fair.OnTick(entity))
                Resched(null, isFair: true);
        }
    }

    /// <summary>The fair server's time has come.</summary>
    public void OnFairServer()
    {
        _fairServer = FairServerRuntime;
        NeedResched = true;
        cpu.Interrupts.Request(HardInterrupts.Timer);
    }

    public void OnRealtimePeriod()
    {
        if (!Realtime.OnPeriod() || Realtime.First is null)
            return;
        NeedResched = true;
        cpu.Interrupts.Request(HardInterrupts.Timer);
    }

    /// <summary>The current task gives the CPU away through this door: schedule(). What it has left to do waits for it.</summary>
    public void Schedule(SwitchDoor door)
    {
        var leaving = cpu.Current;
        Charge();
        leaving.Left = cpu.LeftOf(Level.Task);
        if (door == SwitchDoor.Gone)
        {
            leaving.State = TaskState.Sleeping;
            Remove(leaving);
        }
        else if (!leaving.IsIdle)
        {
            leaving.State = TaskState.Runnable;
        }
        (NeedResched, NeedReschedLazy) = (false, false);
        var next = Pick();
        if (next == leaving)
        {
            next.State = TaskState.Running;
            return;
        }
        machine.Tracer.OnSwitch(cpu, leaving, door, next);
        cpu.Counters.Switches++;
        HandOver(leaving, door, next);
        if (leaving.IsIdle)
            cpu.Idle.OnSwitchedOut();
        cpu.Current = next;
        next.State = TaskState.Running;
        long cost = machine.Draws.ContextSwitch.Next();
        if (cost == 0)
        {
            Arrive();
            return;
        }
        IsSwitching = true;
        cpu.SetLeft(Level.Task, cost);
    }

    public void FinishSwitch()
    {
        IsSwitching = false;
        Arrive();
    }

    /// <summary>A task that others wait for gets their priority, or its own again.</summary>
    public void Boost(LiveTask task, int priority)
    {
        if (task.Boost == priority)
            return;
        bool queued = task.State == TaskState.Runnable;
        Charge();
        if (task.State != TaskState.Sleeping)
            Remove(task);
        task.Boost = priority;
        if (queued)
        {
            Add(task, atHead: false);
        }
        else if (task.State == TaskState.Running)
        {
            Add(task, atHead: true);
            SetCurrent(task);
            NeedResched = true;
        }
    }

    void Arrive()
    {
        cpu.SetLeft(Level.Task, cpu.Current.Left);
        if (cpu.Current.IsIdle)
            cpu.Idle.OnSwitchedIn();
    }

    // update_curr()
    void Charge()
    {
        long now = cpu.Clock - (machine.Host.Tunables.IrqTimeAccounting ? cpu.InterruptTime : 0);
        long ran = now - _chargedTo;
        _chargedTo = now;
        var current = cpu.Current;
        if (ran <= 0 || current.IsIdle)
            return;
        if (current.Priority > 0)
        {
            Realtime.Used += ran;
            return;
        }
        if (_fairServer > 0)
            _fairServer = Math.Max(-1, _fairServer - ran - 1);
        for (var entity = current.Fair; entity is not null; entity = entity.Parent)
        {
            if (machine.Fair.Charge(entity, ran))
                Resched(null, isFair: true);
        }
    }

    bool Preempts(LiveTask woken)
    {
        var current = cpu.Current;
        if (current.IsIdle)
            return true;
        if (woken.Priority > 0 || current.Priority > 0)
            return woken.Priority > current.Priority && !Realtime.IsThrottled && _fairServer <= 0;
        // The two meet where their groups have one queue.
        var (a, b) = (woken.Fair, current.Fair);
        int depthA = Depth(a), depthB = Depth(b);
        for (; depthA > depthB; depthA--)
            a = a?.Parent;
        for (; depthB > depthA; depthB--)
            b = b?.Parent;
        while (a?.Queue != b?.Queue)
            (a, b) = (a?.Parent, b?.Parent);
        return a is not null && b is not null && a != b && machine.Fair.Preempts(a, b);
    }

    static int Depth(FairEntity? entity)
    {
        int depth = 0;
        for (; entity is not null; entity = entity.Parent)
            depth++;
        return depth;
    }

    LiveTask Pick()
    {
        var realtime = Realtime.First;
        if (Root.Entities.Count == 0)
        {
            _fairServer = 0;
            return realtime ?? IdleTask;
        }
        if (realtime is not null && _fairServer <= 0)
        {
            if (machine.Kernel.RealtimeLimit == RealtimeLimit.FairServer && !machine.Events.IsDue(FairServerSlot))
                machine.Events.Set(FairServerSlot, cpu.Clock + RealtimeQueue.Runtime);
            return realtime;
        }
        machine.Events.Cancel(FairServerSlot);
        var queue = Root;
        while (true)
        {
            var entity = machine.Fair.Pick(queue);
            if (entity.Task is { } task)
                return task;
            queue = entity.Own ?? throw new InvalidOperationException("A group has a queue of its own.");
        }
    }

    void Add(LiveTask task, bool atHead)
    {
        if (task.Priority > 0)
        {
            Realtime.Add(task, atHead);
            return;
        }
        for (var entity = task.Fair; entity is { IsQueued: false }; entity = entity.Parent)
        {
            machine.Fair.Place(entity);
            entity.Queue.Entities.Add(entity);
            entity.IsQueued = true;
        }
    }

    void Remove(LiveTask task)
    {
        if (task.Priority > 0)
        {
            Realtime.Remove(task);
            return;
        }
        for (var entity = task.Fair; entity is not null; entity = entity.Parent)
        {
            machine.Fair.Leave(entity);
            entity.Queue.Entities.Remove(entity);
            entity.IsQueued = false;
            if (entity.Queue.Current == entity)
                entity.Queue.Current = null;
            if (entity.Queue.Entities.Count > 0)
                break;
        }
    }

    void HandOver(LiveTask leaving, SwitchDoor door, LiveTask next)
    {
        if (leaving.Priority > 0 && door != SwitchDoor.Gone)
        {
            Realtime.Remove(leaving);
            Realtime.Add(leaving, atHead: true);
        }
        // A group that has them both stays on.
        for (var entity = leaving.Priority > 0 ? null : leaving.Fair; entity is not null; entity = entity.Parent)
        {
            if (entity.Queue.Current == entity && !IsAbove(entity, next))
                entity.Queue.Current = null;
        }
        SetCurrent(next);
    }

    static bool IsAbove(FairEntity entity, LiveTask task)
    {
        for (var above = task.Priority > 0 ? null : task.Fair; above is not null; above = above.Parent)
        {
            if (above == entity)
                return true;
        }
        return false;
    }

    void SetCurrent(LiveTask task)
    {
        for (var entity = task.Priority > 0 ? null : task.Fair; entity is not null; entity = entity.Parent)
        {
            if (entity.Queue.Current == entity)
                continue;
            entity.Queue.Current = entity;
            machine.Fair.OnPicked(entity);
        }
    }
}
