// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Simulation;

/// <summary>One CPU: what stands on what, how much of each is left to do, and who has the time.</summary>
/// <remarks>
/// <code>
///   Held      | the CPU does not run                 \
///   Nmi       | a sampler that sees all               |  the highest that is active works,
///   Hardirq   | one interrupt, interrupts off         |  what is below it waits with what it has left
///   Softirq   | one pass over the pending vectors     |
///   Task      | always active: a task, or idle       /
/// </code>
/// When nothing is left of the highest, its owner says what comes next: it may go on, push a level, or pop its own.
/// As long as nothing else is due before that, the CPU runs ahead without asking the event queue.
/// </remarks>
sealed class LiveCpu
{
    public const long Forever = long.MaxValue / 4;

    // A program that never takes time would hang the simulation.
    const int MostStepsAtOnce = 1_000_000;

    readonly Machine _machine;
    readonly long[] _left = new long[5];
    int _active = 1;
    int _stepsAtOnce;

    public LiveCpu(Machine machine, int id, HostCpu definition)
    {
        (_machine, Id, Definition) = (machine, id, definition);
        Interrupts = new HardInterrupts(machine, this);
        Softirqs = new Softirqs(machine, this);
        NetRx = new NetRxAction(machine, this);
        Poll = new NapiPoll(machine, this);
        Scheduler = new CpuScheduler(machine, this);
        Tasks = new TaskRunner(machine, this);
        Idle = new IdleLoop(machine, this);
        _left[0] = Forever;
    }

    public int Id { get; }
    public HostCpu Definition { get; }
    public CpuCounters Counters { get; } = new();
    public HardInterrupts Interrupts { get; }
    public Softirqs Softirqs { get; }
    public NetRxAction NetRx { get; }
    public NapiPoll Poll { get; }
    public Backlog Backlog { get; set; } = null!;
    public CpuScheduler Scheduler { get; }
    public TaskRunner Tasks { get; }
    public IdleLoop Idle { get; }

    public required int StepSlot { get; init; }
    public required int TickSlot { get; init; }
    public required int SampleSlot { get; init; }
    public required int ReschedSlot { get; init; }
    public required int CallSlot { get; init; }

    /// <summary>Up to when its work is done.</summary>
    public long Clock { get; private set; }
    public Level Top { get; private set; }
    public LiveTask Current { get; set; } = null!;
    public LiveTask Ksoftirqd { get; set; } = null!;

    /// <summary>Softirq vectors that are raised.</summary>
    public int Pending { get; set; }

    /// <summary>Interrupts that tasks were not charged for.</summary>
    public long InterruptTime { get; private set; }

    /// <summary>What the hypervisor took, as the kernel counts it.</summary>
    public long Stolen { get; set; }

    public bool InterruptsOff => Current.InterruptsOff || Scheduler.IsSwitching || Idle.IsWaking;

    /// <summary>in_interrupt(): softirqs are not run from here. Bottom halves off counts.</summary>
    public bool InInterrupt => Top >= Level.Softirq || Current.BottomHalvesOff > 0 || Softirqs.IsServingInTask;

    public bool IsActive(Level level) => (_active & (1 << (int)level)) != 0;

    public long LeftOf(Level level) => _left[(int)level];

    public void SetLeft(Level level, long left) => _left[(int)level] = left;

    public void Push(Level level, long left)
    {
        _active |= 1 << (int)level;
        _left[(int)level] = left;
        if (level > Top)
            Top = level;
    }

    public void Pop(Level level)
    {
        _active &= ~(1 << (int)level);
        Top = (Level)(31 - int.LeadingZeroCount(_active));
    }

    /// <summary>The time goes on to here; nothing ends before it.</summary>
    public void CatchUp(long time)
    {
        long spent = time - Clock;
        if (spent == 0)
            return;
        _left[(int)Top] -= spent;
        Spend(spent);
        Clock = time;
        _stepsAtOnce = 0;
    }

    /// <summary>A poll runs ahead by itself: nothing is due up to there.</summary>
    public void RunAhead(long spent)
    {
        Spend(spent);
        Clock += spent;
        _machine.Now = Clock;
        _stepsAtOnce = 0;
    }

    /// <summary>Up to here nothing else is due.</summary>
    public long Horizon => Math.Min(_machine.Events.Next - 1, _machine.End);

    /// <summary>Does what is due now, and all that follows as long as nothing else comes before it.</summary>
    public void Run()
    {
        _machine.Running = this;
        while (true)
        {
            Interrupts.Deliver();
            if (_left[(int)Top] == 0)
            {
                if (++_stepsAtOnce > MostStepsAtOnce)
                    throw new InvalidOperationException($"What cpu{Id} does takes no time: {_machine.Names.Text(Current.Comm)} would do it for ever.");
                Step();
                _machine.Invariants?.Check(this);
                continue;
            }
            long due = Clock + _left[(int)Top];
            if (due > Horizon)
            {
                if (due < Forever)
                    _machine.Events.Set(StepSlot, due);
                else
                    _machine.Events.Cancel(StepSlot);
                _machine.Running = null;
                return;
            }
            CatchUp(due);
            _machine.Now = due;
        }
    }

    /// <summary>An interrupt is over (irq_exit), and with it what it raised may run.</summary>
    public void AfterInterrupt()
    {
        if (Pending != 0 && !InInterrupt)
            Softirqs.OnInterruptExit();
        Return();
    }

    /// <summary>Back to whatever was interrupted. A task may have to go now.</summary>
    public void Return()
    {
        if (Top == Level.Task && !Interrupts.CanDeliver)
            Tasks.OnReturn();
    }

    public CpuTime Use() => Top switch
    {
        Level.Held => CpuTime.Held,
        Level.Nmi => CpuTime.Nmi,
        Level.Hardirq => CpuTime.Hardirq,
        Level.Softirq => Softirqs.Caller == SoftirqCaller.Ksoftirqd ? CpuTime.Ksoftirqd : CpuTime.Softirq,
        _ => Scheduler.IsSwitching ? CpuTime.Kernel : Current.Kind switch
        {
            TaskKind.Idle => CpuTime.Idle,
            TaskKind.Ksoftirqd => CpuTime.Ksoftirqd,
            TaskKind.NapiThread => CpuTime.NapiThread,
            _ => Current.InKernel ? CpuTime.Kernel : CpuTime.User,
        },
    };

    void Spend(long spent)
    {
        var use = Use();
        Counters.Spend(use, spent);
        _machine.Times?.OnSpent(new CpuId(Id), use, Current.Tid, new Elapsed(Clock), new Elapsed(Clock + spent));
        if (use is CpuTime.Hardirq or CpuTime.Softirq or CpuTime.Held)
            InterruptTime += spent;
    }

    void Step()
    {
        switch (Top)
        {
            case Level.Softirq:
                Softirqs.Step();
                break;
            case Level.Hardirq:
                Interrupts.Step();
                break;
            case Level.Nmi or Level.Held:
                Pop(Top);
                Return();
                break;
            case Level.Task when Scheduler.IsSwitching:
                Scheduler.FinishSwitch();
                break;
            case Level.Task when Softirqs.IsServingInTask && Softirqs.Owner == Current:
                Softirqs.Step();
                break;
            default:
                Tasks.Step();
                break;
        }
        if (Top == Level.Task && Scheduler.NeedResched && Tasks.IsPreemptible && !Interrupts.CanDeliver)
            Scheduler.Schedule(SwitchDoor.Preempted);
    }
}
