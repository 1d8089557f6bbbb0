// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Recordings;

namespace NetStall.Simulation;

/// <summary>Writes down what happens as a capture of the simulated host would: what was asked for, with what is lost.</summary>
sealed class Tracer
{
    readonly record struct Loss(long From, long Until, int Count);

    readonly Machine _machine;
    readonly Capture _capture;
    readonly IEventSink? _sink;
    readonly Recording _recording;
    readonly Chains _chains;
    readonly RandomSource _losses;
    readonly Loss[] _loss;
    readonly bool[] _isRecorded;
    readonly NameId _timer, _call, _resched;
    readonly bool _tracepoints, _interrupts, _syscalls, _idle;

    public Tracer(Machine machine, Capture? capture, IEventSink? sink, Recording recording, SimulatedFrames frames, ulong seed)
    {
        (_machine, _capture, _sink, _recording) = (machine, capture ?? new Capture(), capture is null ? null : sink, recording);
        _chains = new Chains(machine, frames);
        _losses = new RandomSource(seed, "losses");
        _loss = new Loss[machine.Host.Cpus.Count];
        _isRecorded = [.. Enumerable.Range(0, _loss.Length).Select(i => _capture.Cpus?.Contains(i) != false)];
        for (int i = 0; i < _loss.Length; i++)
            _loss[i] = NextLoss(0);
        _timer = recording.Names.Intern("local_timer");
        _call = recording.Names.Intern("call_function_single");
        _resched = recording.Names.Intern("reschedule");
        bool on = _sink is not null;
        _tracepoints = on && _capture.Tracepoints;
        _interrupts = on && _capture.Interrupts;
        _syscalls = on && _capture.Syscalls;
        _idle = on && _capture.Idle;
    }

    public void OnSoftirq(LiveCpu cpu, EventKind kind, SoftirqVector vector)
    {
        if (_tracepoints)
        {
            var context = kind == EventKind.SoftirqRaise ? ContextFlags.InterruptsOff : ContextFlags.None;
            Write(cpu, KernelEvent.Softirq(Head(cpu, context), kind, vector));
        }
    }

    public void OnPoll(LiveCpu cpu, LiveNapi napi, int work)
    {
        if (_tracepoints)
            Write(cpu, KernelEvent.NapiPoll(Head(cpu, ContextFlags.None), work, napi.Weight, napi.Device, napi.Key));
    }

    public void OnSwitch(LiveCpu cpu, LiveTask leaving, SwitchDoor door, LiveTask coming)
    {
        if (_tracepoints)
        {
            Write(cpu, KernelEvent.Switch(
                Head(cpu, ContextFlags.InterruptsOff), leaving.KernelPriority, door, leaving.Comm, coming.Tid, coming.KernelPriority, coming.Comm));
        }
    }

    public void OnWaking(LiveCpu cpu, LiveTask task)
    {
        if (_tracepoints)
        {
            Write(cpu, KernelEvent.Waking(
                Head(cpu, ContextFlags.InterruptsOff), EventKind.SchedWaking, task.Tid, task.Comm, task.KernelPriority, new CpuId(task.Cpu.Id)));
        }
    }

    public void OnSyscall(LiveCpu cpu, EventKind kind, int number)
    {
        if (_syscalls && number >= 0)
            Write(cpu, KernelEvent.Syscall(Head(cpu, ContextFlags.None), kind, number));
    }

    public void OnIdle(LiveCpu cpu, int state)
    {
        if (_idle)
            Write(cpu, KernelEvent.CpuIdle(Head(cpu, ContextFlags.InterruptsOff), state));
    }

    public void OnInterrupt(LiveCpu cpu, int bit, bool isEntry)
    {
        if (!_interrupts)
            return;
        var head = Head(cpu, ContextFlags.None);
        NameId vector = bit switch
        {
            HardInterrupts.Resched => _resched,
            HardInterrupts.Call => _call,
            < HardInterrupts.FirstLine => _timer,
            _ => default,
        };
        var line = _machine.LineOf(cpu, bit);
        if (line.Interrupt is { Definition.IsTimer: true })
            vector = _timer;
        if (vector.IsKnown)
        {
            Write(cpu, KernelEvent.IrqVector(head, isEntry ? EventKind.VectorEntry : EventKind.VectorExit, vector));
            return;
        }
        var (irq, handler) = line.Queue is { } queue ? (queue.Irq, queue.Handler) : line.Interrupt is { } other ? (other.Irq, other.Handler) : default;
        Write(cpu, KernelEvent.Hardirq(head, isEntry ? EventKind.HardirqEntry : EventKind.HardirqExit, irq, handler));
    }

    public void OnSample(LiveCpu cpu, bool byNmi)
    {
        if (_sink is null)
            return;
        var chain = _chains.Below(cpu, byNmi, out bool inKernel);
        var task = cpu.Current;
        Write(cpu, KernelEvent.Sample(new EventHead(TimeOf(cpu), new CpuId(cpu.Id), new Pid(task.Tid.Value), task.Tid), inKernel, samplerIndex: 0), chain);
    }

    /// <summary>/proc/stat is read: it counts in steps.</summary>
    public void OnSteal(LiveCpu cpu, long stolen)
    {
        long step = StealHistory.Step.Nanoseconds;
        _recording.Steal.Add(new CpuId(cpu.Id), TimeOf(cpu), new Elapsed(stolen / step * step));
    }

    static KernelTime TimeOf(LiveCpu cpu) => Capture.Origin + new Elapsed(cpu.Clock);

    EventHead Head(LiveCpu cpu, ContextFlags context)
    {
        var task = cpu.Current;
        if (!_capture.Flags)
            return new EventHead(TimeOf(cpu), new CpuId(cpu.Id), new Pid(task.Tid.Value), task.Tid);
        var flags = ContextFlags.Known | context;
        if (cpu.InterruptsOff)
            flags |= ContextFlags.InterruptsOff;
        if (cpu.Scheduler.NeedResched)
            flags |= ContextFlags.NeedResched;
        if (cpu.Scheduler.NeedReschedLazy)
            flags |= ContextFlags.NeedReschedLazy;
        if (cpu.IsActive(Level.Hardirq))
            flags |= ContextFlags.HardIrq | ContextFlags.InterruptsOff;
        if (cpu.Softirqs.IsServing && (cpu.IsActive(Level.Softirq) || cpu.Softirqs.Owner == task))
            flags |= ContextFlags.SoftIrq;
        if (task.BottomHalvesOff > 0 && _machine.Kernel.TellsBottomHalves)
            flags |= ContextFlags.BottomHalvesOff;
        if (cpu.IsActive(Level.Nmi))
            flags |= ContextFlags.Nmi;
        return new EventHead(TimeOf(cpu), new CpuId(cpu.Id), new Pid(task.Tid.Value), task.Tid, flags, (byte)(task.PreemptionOff ? 1 : 0));
    }

    void Write(LiveCpu cpu, in KernelEvent e, ReadOnlySpan<ulong> chain = default)
    {
        if (_sink is null || !_isRecorded[cpu.Id])
            return;
        ref var loss = ref _loss[cpu.Id];
        if (cpu.Clock >= loss.From)
        {
            if (cpu.Clock < loss.Until)
            {
                loss = loss with { Count = loss.Count + 1 };
                return;
            }
            if (loss.Count > 0)
            {
                _recording.LostRecords += loss.Count;
                _sink.Accept(KernelEvent.LostOrThrottled(new EventHead(e.Time, e.Cpu, e.Pid, e.Tid), EventKind.Lost, loss.Count), default);
            }
            loss = NextLoss(loss.Until);
        }
        if (e.Kind == EventKind.Sample)
            _recording.SampleCount++;
        else
            _recording.TracepointCount++;
        _sink.Accept(e, chain);
    }

    Loss NextLoss(long after)
    {
        if (_capture.LossEvery is not { } every)
            return new Loss(long.MaxValue, long.MaxValue, 0);
        long from = after + (long)(_losses.Exponential() * every.Nanoseconds);
        return new Loss(from, from + _capture.LossLength.Nanoseconds, 0);
    }
}
