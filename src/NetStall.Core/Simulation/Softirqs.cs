// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using NetStall.Model;

namespace NetStall.Simulation;

/// <summary>One CPU's softirqs: when they may run, and in what order (kernel/softirq.c, __do_softirq / handle_softirqs).</summary>
/// <remarks>
/// <code>
///   mask read and cleared | v1 | v2 | ... | mask read again
///                                           empty                                            done
///                                           time left, nobody to be switched to, passes left  once more
///                                           else                                              wake ksoftirqd, done
/// </code>
/// With <see cref="PreemptionModel.Realtime"/> all of it is done by a task that can be preempted, and others wait for it: <see cref="Owner"/>.
/// </remarks>
sealed class Softirqs(Machine machine, LiveCpu cpu)
{
    enum Stage : byte
    {
        Begin,
        Next,
        InVector,
    }

    readonly LiveInterrupt?[] _worker = new LiveInterrupt?[SoftirqVectors.Count];
    readonly long[] _work = new long[SoftirqVectors.Count];
    Stage _stage;
    int _snapshot;
    long _endJiffy;
    int _passesLeft;

    public SoftirqCaller Caller { get; private set; }
    public SoftirqVector Vector { get; private set; }
    /// <summary>The interrupt on whose exit they run.</summary>
    public int After { get; private set; }
    public bool InVector => _stage == Stage.InVector;

    /// <summary>Which interrupt gave the vector the work that it is at; null: none.</summary>
    public LiveInterrupt? Worker => _worker[(int)Vector];

    /// <summary>The task that runs softirqs, where tasks do.</summary>
    public LiveTask? Owner { get; private set; }

    public bool IsServingInTask => Owner is not null;
    public bool IsServing => Owner is not null || cpu.IsActive(Level.Softirq);

    /// <summary>Where the work is done.</summary>
    public Level Level => Owner is null ? Level.Softirq : Level.Task;

    /// <summary>__raise_softirq_irqoff().</summary>
    public void Raise(SoftirqVector vector)
    {
        cpu.Pending |= 1 << (int)vector;
        machine.Tracer.OnSoftirq(cpu, EventKind.SoftirqRaise, vector);
    }

    /// <summary>raise_softirq_irqoff(): from a task with bottom halves on nobody else would run it.</summary>
    public void RaiseAndWake(SoftirqVector vector)
    {
        Raise(vector);
        if (!cpu.InInterrupt && cpu.Top == Level.Task)
            WakeKsoftirqd(KsoftirqdReason.TaskRaise);
    }

    public void RaiseWithWork(SoftirqVector vector, LiveInterrupt interrupt)
    {
        _work[(int)vector] += interrupt.SoftirqLength.Next();
        _worker[(int)vector] = interrupt;
        Raise(vector);
    }

    public void OnInterruptExit()
    {
        if (machine.ThreadedIrqs)
        {
            if (machine.Preemption != PreemptionModel.Realtime || cpu.Tasks.BottomHalfOwner is null)
                WakeKsoftirqd(KsoftirqdReason.InterruptRaise);
        }
        else if (!GateHolds())
        {
            Begin(SoftirqCaller.Interrupt);
        }
    }

    /// <summary>Bottom halves are on again, with something pending.</summary>
    public void OnBottomHalfEnable()
    {
        if (machine.Preemption == PreemptionModel.Realtime || !GateHolds())
            Begin(SoftirqCaller.BottomHalfEnable);
    }

    public void Begin(SoftirqCaller caller)
    {
        Caller = caller;
        After = cpu.Interrupts.Serving;
        _endJiffy = machine.Jiffies + machine.MaxSoftirqJiffies;
        _passesLeft = machine.Kernel.MaxSoftirqPasses;
        _stage = Stage.Begin;
        if (machine.Preemption == PreemptionModel.Realtime)
        {
            Owner = cpu.Current;
            cpu.SetLeft(Level.Task, 0);
        }
        else
        {
            cpu.Push(Level.Softirq, 0);
        }
        Pass();
    }

    public void Step()
    {
        switch (_stage)
        {
            case Stage.Begin:
                _stage = Stage.Next;
                goto case Stage.Next;
            case Stage.Next:
                if (_snapshot == 0)
                    EndPass();
                else
                    BeginVector();
                return;
            case Stage.InVector:
                if (Vector == SoftirqVector.NetRx && !cpu.NetRx.Step())
                    return;
                machine.Tracer.OnSoftirq(cpu, EventKind.SoftirqExit, Vector);
                _stage = Stage.Next;
                return;
        }
    }

    // Interrupts come back on here, so what waits strikes before the first handler.
    void Pass()
    {
        _snapshot = cpu.Pending;
        cpu.Pending = 0;
        _stage = Stage.Begin;
        cpu.SetLeft(Level, machine.Draws.Softirq.Next());
    }

    void BeginVector()
    {
        Vector = (SoftirqVector)BitOperations.TrailingZeroCount(_snapshot);
        _snapshot &= _snapshot - 1;
        _stage = Stage.InVector;
        cpu.Counters.Count(Vector);
        machine.Tracer.OnSoftirq(cpu, EventKind.SoftirqEntry, Vector);
        if (Vector == SoftirqVector.NetRx)
        {
            cpu.NetRx.Begin();
            return;
        }
        cpu.SetLeft(Level, machine.Draws.SmallSoftirq.Next() + _work[(int)Vector]);
        _work[(int)Vector] = 0;
    }

    void EndPass()
    {
        if (cpu.Pending != 0)
        {
            bool resched = cpu.Scheduler.NeedResched, timeLeft = machine.Jiffies < _endJiffy;
            if (timeLeft && !resched && --_passesLeft > 0)
            {
                Pass();
                return;
            }
            WakeKsoftirqd(resched ? KsoftirqdReason.NeedResched : !timeLeft ? KsoftirqdReason.Time : KsoftirqdReason.Passes);
        }
        if (Owner is { } owner)
        {
            Owner = null;
            cpu.Tasks.OnSoftirqsServed(owner);
            return;
        }
        var caller = Caller;
        cpu.Pop(Level.Softirq);
        if (caller == SoftirqCaller.Interrupt)
            cpu.Return();
    }

    // ksoftirqd_running(): as long as it is runnable, everything is left to it.
    bool GateHolds() => machine.Kernel.Gate switch
    {
        KsoftirqdGateKind.Absent => false,
        KsoftirqdGateKind.ExceptHiAndTasklet when (cpu.Pending & (1 << (int)SoftirqVector.Hi | 1 << (int)SoftirqVector.Tasklet)) != 0 => false,
        _ => cpu.Ksoftirqd.State != TaskState.Sleeping,
    };

    void WakeKsoftirqd(KsoftirqdReason reason)
    {
        if (cpu.Ksoftirqd.State != TaskState.Sleeping)
            return;
        cpu.Counters.Count(reason);
        cpu.Scheduler.Wake(cpu.Ksoftirqd);
    }
}
