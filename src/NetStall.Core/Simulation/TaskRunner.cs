// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Simulation;

/// <summary>What the current task of one CPU does next, and where it lets go of the CPU.</summary>
sealed class TaskRunner(Machine machine, LiveCpu cpu)
{
    readonly List<LiveTask> _waitForBottomHalves = [];
    readonly ProgramRunner _programs = new(machine, cpu);

    /// <summary>With <see cref="PreemptionModel.Realtime"/>: the task that holds the CPU's lock on bottom halves.</summary>
    public LiveTask? BottomHalfOwner { get; private set; }

    bool IsRealtime => machine.Preemption == PreemptionModel.Realtime;

    /// <summary>Whether the current task, in the kernel, may be preempted right where it is.</summary>
    public bool IsPreemptible => machine.Preemption >= PreemptionModel.Full && cpu.Current is { InKernel: true, IsIdle: false } current
        && !cpu.InterruptsOff && (IsRealtime || (current.BottomHalvesOff == 0 && !current.PreemptionOff));

    /// <summary>Back from an interrupt or a softirq on top of it.</summary>
    public void OnReturn()
    {
        if (cpu.InterruptsOff)
            return;
        var current = cpu.Current;
        if (current.IsIdle)
        {
            if (cpu.Scheduler.NeedResched)
                cpu.Scheduler.Schedule(SwitchDoor.Runnable);
            else
                cpu.Idle.Sleep();
        }
        else if (!current.InKernel)
        {
            OnUserMode();
        }
        else if (cpu.Scheduler.NeedResched && IsPreemptible)
        {
            cpu.Scheduler.Schedule(SwitchDoor.Preempted);
        }
    }

    /// <summary>On the way back to user mode whoever is asked to go goes.</summary>
    public void OnUserMode()
    {
        if (cpu.Scheduler.NeedResched || cpu.Scheduler.NeedReschedLazy)
            cpu.Scheduler.Schedule(SwitchDoor.Runnable);
    }

    public void CondResched()
    {
        if (cpu.Scheduler.NeedResched)
            cpu.Scheduler.Schedule(SwitchDoor.Preempted);
    }

    public void Sleep()
    {
        cpu.SetLeft(Level.Task, 0);
        cpu.Scheduler.Schedule(SwitchDoor.Gone);
    }

    public void Step()
    {
        var task = cpu.Current;
        switch (task.Kind)
        {
            case TaskKind.Idle:
                if (cpu.Idle.IsWaking)
                    cpu.Idle.OnWoken();
                else
                    OnReturn();
                return;
            case TaskKind.Ksoftirqd:
                RunKsoftirqd(task);
                return;
            case TaskKind.NapiThread:
                RunNapiThread(task);
                return;
            case TaskKind.IrqThread:
                RunIrqThread(task);
                return;
            default:
                _programs.Step(task);
                return;
        }
    }

    /// <summary>local_bh_disable(). False: somebody else holds the lock; the task sleeps, and has to ask again.</summary>
    public bool TryDisableBottomHalves(LiveTask task)
    {
        if (IsRealtime && BottomHalfOwner is { } owner && owner != task)
        {
            _waitForBottomHalves.Add(task);
            if (task.Priority > owner.Priority)
                cpu.Scheduler.Boost(owner, task.Priority);
            Sleep();
            return false;
        }
        if (IsRealtime)
            BottomHalfOwner = task;
        task.BottomHalvesOff++;
        return true;
    }

    /// <summary>local_bh_enable(): what is pending runs on the task's back.</summary>
    public void EnableBottomHalves(LiveTask task)
    {
        task.BottomHalvesOff--;
        if (task.BottomHalvesOff == 0 && cpu.Pending != 0)
            cpu.Softirqs.OnBottomHalfEnable();
        if (IsRealtime && !cpu.Softirqs.IsServingInTask)
            ReleaseBottomHalves(task);
    }

    /// <summary>The task has run all softirqs that it was to run.</summary>
    public void OnSoftirqsServed(LiveTask task)
    {
        cpu.SetLeft(Level.Task, 0);
        ReleaseBottomHalves(task);
    }

    void ReleaseBottomHalves(LiveTask task)
    {
        task.BottomHalvesOff = 0;
        BottomHalfOwner = null;
        cpu.Scheduler.Boost(task, 0);
        foreach (var waiting in _waitForBottomHalves)
            cpu.Scheduler.Wake(waiting);
        _waitForBottomHalves.Clear();
    }

    void RunKsoftirqd(LiveTask task)
    {
        if (task.Phase == 1)
        {
            task.Phase = 0;
            CondResched();
            return;
        }
        if (cpu.Pending == 0)
        {
            Sleep();
            return;
        }
        if (IsRealtime && !TryDisableBottomHalves(task))
            return;
        task.Phase = 1;
        cpu.Softirqs.Begin(SoftirqCaller.Ksoftirqd);
    }

    // napi_threaded_poll(): no budget but the weight, no squeeze; softirqs run between polls.
    void RunNapiThread(LiveTask task)
    {
        var napi = task.Napi ?? throw new InvalidOperationException("A NAPI thread has a NAPI.");
        switch (task.Phase)
        {
            case 0:
                if (!napi.ThreadIsDue)
                {
                    Sleep();
                    return;
                }
                if (!TryDisableBottomHalves(task))
                    return;
                task.Phase = 1;
                cpu.Poll.Begin(napi, Level.Task);
                return;
            case 1:
                if (!cpu.Poll.Step())
                    return;
                cpu.NetRx.SendIpis();
                task.Phase = 2;
                EnableBottomHalves(task);
                return;
            default:
                task.Phase = 0;
                CondResched();
                return;
        }
    }

    // irq_forced_thread_fn(): the handler with bottom halves off; what it raises runs as they come on.
    void RunIrqThread(LiveTask task)
    {
        var queue = task.IrqOf ?? throw new InvalidOperationException("An interrupt's thread has an interrupt.");
        switch (task.Phase)
        {
            case 0:
                if (!task.IsDue)
                {
                    Sleep();
                    return;
                }
                if (!TryDisableBottomHalves(task))
                    return;
                task.Phase = 1;
                cpu.SetLeft(Level.Task, queue.InterruptCost.Next());
                return;
            case 1:
                task.IsDue = false;
                cpu.Interrupts.Schedule(queue.Napi);
                task.Phase = 0;
                EnableBottomHalves(task);
                return;
        }
    }
}
