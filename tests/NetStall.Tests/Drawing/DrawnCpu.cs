// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Tests.Drawings;

/// <summary>The rows of one CPU. Draws one column after the other.</summary>
sealed class DrawnCpu(CpuId cpu, Dictionary<string, string> rows, DrawnLegend legend, DrawnFrames frames, bool switches, bool flags)
{
    const char Nothing = '.';
    const int Budget = 64;

    DrawnTask? _last;
    int? _call;

    /// <summary>Which kinds of event a row tells of.</summary>
    public static IEnumerable<EventKind> KindsOf(string row, bool switches, DrawnLegend legend) => row switch
    {
        "running" => [.. switches ? [EventKind.SchedSwitch] : Array.Empty<EventKind>(), .. legend.HasSyscalls ? [EventKind.SyscallEnter, EventKind.SyscallExit] : Array.Empty<EventKind>()],
        "hardirq" => legend.HasVectors ? [EventKind.VectorEntry, EventKind.VectorExit] : [EventKind.HardirqEntry, EventKind.HardirqExit],
        "waking" => [EventKind.SchedWaking],
        "polls" => [EventKind.NapiPoll],
        "samples" => [EventKind.Sample],
        "flags" or "doors" or "lost" => [],
        _ => [EventKind.SoftirqRaise, EventKind.SoftirqEntry, EventKind.SoftirqExit],
    };

    public void Draw(int column, KernelTime time, List<DrawnEvent> into)
    {
        var task = legend.Task(Cell("running", column), cpu);
        if (Cell("lost", column) == '!')
            Add(KernelEvent.LostOrThrottled(Head(time, task, column, 0), EventKind.Lost, 5));
        foreach (var (row, vector) in Softirqs())
        {
            if (Ends(row, column))
                Add(KernelEvent.Softirq(Head(time, _last ?? task, column, ContextFlags.SoftIrq), EventKind.SoftirqExit, vector));
        }
        if (Ends("hardirq", column))
            AddInterrupt(EventKind.HardirqExit, Begin("hardirq", column), _last ?? task);
        Switch(column, time, task, into);
        if (column >= rows.GetValueOrDefault("running", "").Length)
            return;

        char interrupt = Cell("hardirq", column);
        if (interrupt is not (Nothing or '='))
            AddInterrupt(EventKind.HardirqEntry, interrupt, task);
        var context = InSoftirq(column) ? ContextFlags.SoftIrq : ContextFlags.None;
        foreach (var (row, vector) in Softirqs())
            Raise(row, vector);
        if (Cell("ticks", column) == 't')
            Add(KernelEvent.Softirq(Head(time, task, column, context | ContextFlags.HardIrq), EventKind.SoftirqRaise, SoftirqVector.Sched));
        if (Cell("waking", column) is var woken and not Nothing)
        {
            var thread = legend.Task(woken, cpu);
            Add(KernelEvent.Waking(Head(time, task, column, context), EventKind.SchedWaking, thread.Tid, thread.Comm, thread.Priority, cpu));
        }
        foreach (var (row, vector) in Softirqs())
        {
            if (Cell(row, column) == 's')
                Add(KernelEvent.Softirq(Head(time, task, column, ContextFlags.SoftIrq), EventKind.SoftirqEntry, vector));
        }
        if (Cell("polls", column) is var poll and not Nothing)
        {
            var (device, key) = legend.Napi(poll);
            Add(KernelEvent.NapiPoll(Head(time, task, column, ContextFlags.SoftIrq), char.IsUpper(poll) ? Budget : 2, Budget, device, key));
        }
        foreach (var (row, vector) in Softirqs())
        {
            if (Cell(row, column) == 's' && Cell(row, column + 1) != '=')
                Add(KernelEvent.Softirq(Head(time, task, column, ContextFlags.SoftIrq), EventKind.SoftirqExit, vector));
        }
        if (interrupt is not (Nothing or '=') && Cell("hardirq", column + 1) != '=')
            AddInterrupt(EventKind.HardirqExit, interrupt, task);
        Sample(column, time, task, into);

        void Add(in KernelEvent e) => into.Add(new DrawnEvent(e, []));

        void Raise(string row, SoftirqVector vector)
        {
            ContextFlags? by = Cell(row, column) switch
            {
                'r' => context | ContextFlags.HardIrq,
                'R' => context,
                'g' => ContextFlags.SoftIrq | ContextFlags.HardIrq,
                _ => null,
            };
            if (by is { } raiser)
                Add(KernelEvent.Softirq(Head(time, task, column, raiser), EventKind.SoftirqRaise, vector));
        }

        void AddInterrupt(EventKind kind, char letter, DrawnTask on)
        {
            var head = Head(time, on, column, ContextFlags.HardIrq);
            Add(legend.HasVectors
                ? KernelEvent.IrqVector(head, kind == EventKind.HardirqEntry ? EventKind.VectorEntry : EventKind.VectorExit, legend.Interrupt(letter))
                : KernelEvent.Hardirq(head, kind, letter, legend.Interrupt(letter)));
        }
    }

    void Switch(int column, KernelTime time, DrawnTask task, List<DrawnEvent> into)
    {
        bool ends = column >= rows.GetValueOrDefault("running", "").Length;
        char running = Cell("running", column);
        int? call = char.IsUpper(running) ? task.Syscall : null;
        if (_last is { } last && last.Tid != task.Tid && switches && !ends)
        {
            var door = Cell("doors", column) switch
            {
                '+' => SwitchDoor.Preempted,
                'S' => SwitchDoor.Gone,
                'R' => SwitchDoor.Runnable,
                _ => last.Comm == legend.Task('k', cpu).Comm ? SwitchDoor.Gone : SwitchDoor.Runnable,
            };
            // A task that comes back in user mode had left its call before it was switched out.
            into.Add(new DrawnEvent(KernelEvent.Switch(Head(time, last, column, 0), last.Priority, door, last.Comm, task.Tid, task.Priority, task.Comm), []));
            _call = null;
        }
        if (legend.HasSyscalls && !ends)
        {
            if (_call is { } before && call != before)
                into.Add(new DrawnEvent(KernelEvent.Syscall(Head(time, task, column, 0), EventKind.SyscallExit, before), []));
            if (call is { } now && now != _call)
                into.Add(new DrawnEvent(KernelEvent.Syscall(Head(time, task, column, 0), EventKind.SyscallEnter, now), []));
            _call = call;
        }
        if (!ends)
            _last = task;
    }

    void Sample(int column, KernelTime time, DrawnTask task, List<DrawnEvent> into)
    {
        char letter = Cell("samples", column);
        if (letter == Nothing)
            return;
        string? stack = letter == '|'
            ? task.Tid.IsIdle ? "cpu_startup_entry do_idle default_idle"
            : char.IsUpper(Cell("running", column)) ? "entry_SYSCALL_64_after_hwframe do_syscall_64 work" : null
            : legend.Stack(letter) ?? throw new FormatException($"no stack {letter}");
        var head = new EventHead(time, cpu, new Pid(task.Tid.Value), task.Tid);
        into.Add(new DrawnEvent(KernelEvent.Sample(head, stack is not null, 0), stack is null ? [ChainMarker.User, 0x40_0000] : frames.Chain(stack)));
    }

    EventHead Head(KernelTime time, DrawnTask task, int column, ContextFlags context)
    {
        var drawn = Cell("flags", column) switch
        {
            'N' => ContextFlags.NeedResched,
            'b' => ContextFlags.BottomHalvesOff,
            'B' => ContextFlags.NeedResched | ContextFlags.BottomHalvesOff,
            _ => ContextFlags.None,
        };
        return new EventHead(time, cpu, new Pid(task.Tid.Value), task.Tid, flags ? ContextFlags.Known | context | drawn : ContextFlags.None);
    }

    IEnumerable<(string Row, SoftirqVector Vector)> Softirqs()
    {
        for (int v = 0; v < SoftirqVectors.Count; v++)
        {
            string row = ((SoftirqVector)v).KernelName();
            if (rows.ContainsKey(row))
                yield return (row, (SoftirqVector)v);
        }
    }

    bool InSoftirq(int column) => Softirqs().Any(s => Lasts(s.Row, column));

    bool Ends(string row, int column) => column > 0 && Lasts(row, column - 1) && !Lasts(row, column);

    // A raise drawn within a service does not end it:  s==r===
    bool Lasts(string row, int column) =>
        Cell(row, column) == '=' || (column > 0 && Cell(row, column) is 'r' or 'R' && Cell(row, column - 1) is 's' or '=' && Cell(row, column + 1) == '=');

    char Begin(string row, int column)
    {
        int at = column - 1;
        while (Cell(row, at) == '=')
            at--;
        return Cell(row, at);
    }

    char Cell(string row, int column) => rows.TryGetValue(row, out string? cells) && column < cells.Length ? cells[column] : Nothing;
}
