// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Symbols;

namespace NetStall.Simulation;

/// <summary>Makes the tasks of a <see cref="Machine"/>: those of the scenario, and the kernel's own.</summary>
sealed class TaskParts(MachineParts parts, Machine machine)
{
    const int FirstKsoftirqd = 10, FirstKernelThread = 200, FirstProgram = 1000, IrqThreadPriority = 50;

    static readonly int[] NiceWeights = Weights();

    readonly List<LiveTask> _tasks = [];
    readonly Dictionary<(string, int), FairEntity> _groups = [];
    int _nextTid = FirstProgram;
    int _nextThread = FirstKernelThread;

    public LiveTask[] Make()
    {
        foreach (var cpu in parts.Cpus)
        {
            var idle = Thread(cpu, TaskKind.Idle, $"swapper/{cpu.Id}", 0, 0);
            cpu.Current = cpu.Scheduler.IdleTask = idle;
            idle.State = TaskState.Running;
            idle.Left = LiveCpu.Forever;
            cpu.Ksoftirqd = Thread(cpu, TaskKind.Ksoftirqd, $"ksoftirqd/{cpu.Id}", FirstKsoftirqd + cpu.Id, 0);
            cpu.Scheduler.FairServerSlot = parts.Slots.Add(SlotKind.FairServer, cpu.Id);
        }
        for (int i = 0; i < parts.Queues.Length; i++)
            MakeQueueThreads(parts.Queues[i], i);
        foreach (var definition in machine.Host.Tasks)
            MakeProgram(definition);
        return [.. _tasks];
    }

    void MakeQueueThreads(LiveQueue queue, int index)
    {
        var definition = queue.Definition;
        if (definition.Threaded)
        {
            var cpu = parts.Cpu(definition.ThreadCpu ?? definition.Cpu, definition.Name);
            var thread = Thread(cpu, TaskKind.NapiThread, $"napi/{definition.Device}-{8193 + index}", _nextThread++, 0);
            thread.Napi = queue.Napi;
            queue.Napi.Thread = thread;
        }
        if (machine.ThreadedIrqs)
        {
            var thread = Thread(queue.Cpu, TaskKind.IrqThread, $"irq/{queue.Irq}-{definition.Device}", _nextThread++, IrqThreadPriority);
            thread.IrqOf = queue;
            queue.IrqThread = thread;
        }
    }

    LiveTask Thread(LiveCpu cpu, TaskKind kind, string name, int tid, int realtime)
    {
        var task = new LiveTask
        {
            Kind = kind,
            Cpu = cpu,
            Tid = new Tid(tid),
            Comm = Comm(name),
            IsKernel = true,
            InKernel = true,
            Realtime = realtime,
        };
        task.Fair = new FairEntity(cpu.Scheduler.Root, null, NiceWeights[20]) { Task = task };
        _tasks.Add(task);
        return task;
    }

    void MakeProgram(HostTask definition)
    {
        var cpu = parts.Cpu(definition.Cpu, definition.Name);
        if (definition.Nice is < -20 or > 19 || definition.Realtime is < 0 or > 99)
            throw new ArgumentException($"`{definition.Name}`: nice is -20 to 19, a real-time priority 1 to 99.");
        if (definition.Program.Count == 0)
            throw new ArgumentException($"`{definition.Name}` has an empty program.");
        int index = _tasks.Count;
        var task = new LiveTask
        {
            Kind = TaskKind.Program,
            Cpu = cpu,
            Tid = new Tid(definition.Tid != 0 ? definition.Tid : _nextTid++),
            Comm = Comm(definition.Name),
            IsKernel = definition.IsKernel,
            InKernel = definition.IsKernel,
            Nice = definition.Nice,
            Realtime = definition.Realtime,
            Times = definition.Times,
            Starts = definition.Starts.Nanoseconds,
            TimerSlot = parts.Slots.Add(SlotKind.TaskTimer, index),
            Program = [.. definition.Program.Select((step, i) => MakeStep(definition, step, $"task-{index}-{i}"))],
        };
        var group = definition.Group is { } name ? Group(name, cpu) : null;
        task.Fair = new FairEntity(group?.Own ?? cpu.Scheduler.Root, group, NiceWeights[20 + definition.Nice]) { Task = task };
        _tasks.Add(task);
    }

    FairEntity Group(string name, LiveCpu cpu)
    {
        if (_groups.TryGetValue((name, cpu.Id), out var known))
            return known;
        var definition = machine.Host.Groups.FirstOrDefault(g => g.Name == name) ?? throw new ArgumentException($"There is no group `{name}`.");
        var parent = definition.Parent is { } above ? Group(above, cpu) : null;
        var group = new FairEntity(parent?.Own ?? cpu.Scheduler.Root, parent, definition.Shares) { Own = new FairQueue() };
        _groups.Add((name, cpu.Id), group);
        return group;
    }

    LiveStep MakeStep(HostTask task, TaskStep step, string purpose)
    {
        var kernel = machine.Kernel;
        ulong[] Frames(string? syscall, IReadOnlyList<string> functions) => Chains.OfStep(kernel, parts.Frames, task.IsKernel ? null : syscall, functions);
        var none = parts.Draw(Spread.None, purpose);
        switch (step)
        {
            case TaskStep.Compute(var length):
                return new LiveStep { Definition = step, Length = parts.Draw(length, purpose) };
            case TaskStep.Call call:
                if (call.Syscall is null && !task.IsKernel)
                    throw new ArgumentException($"`{task.Name}` calls into the kernel, and no system call is named.");
                return new LiveStep
                {
                    Definition = step,
                    Length = parts.Draw(call.Length, purpose),
                    Holds = call.Holds,
                    HoldFor = parts.DrawOrNull(call.HoldFor, purpose + "-hold"),
                    LetGoFor = parts.DrawOrNull(call.LetGoFor, purpose + "-let-go"),
                    CondResched = parts.DrawOrNull(call.CondResched, purpose + "-cond-resched"),
                    MightSleep = parts.DrawOrNull(call.MightSleep, purpose + "-might-sleep"),
                    SyscallNumber = NumberOf(call.Syscall, task),
                    Frames = Frames(call.Syscall, call.Functions),
                };
            case TaskStep.Sleep(var length):
                return new LiveStep
                {
                    Definition = step,
                    Length = parts.Draw(length, purpose),
                    SyscallNumber = NumberOf("clock_nanosleep", task),
                    Frames = Frames("clock_nanosleep", ["hrtimer_nanosleep", "do_nanosleep", "schedule"]),
                };
            case TaskStep.Receive(var from):
                return new LiveStep
                {
                    Definition = step,
                    Length = none,
                    Socket = parts.Socket(from, task.Name),
                    SyscallNumber = NumberOf("recvfrom", task),
                    Frames = Frames("recvfrom", ["__sys_recvfrom", "inet_recvmsg", "udp_recvmsg"]),
                };
            case TaskStep.SendLocal(var to, var packets, var cost):
                return new LiveStep
                {
                    Definition = step,
                    Length = none,
                    Packets = packets,
                    Flow = parts.MakeFlow(0, cost, to, task.Name),
                    SyscallNumber = NumberOf("sendto", task),
                    Frames = Frames("sendto", ["__sys_sendto", "udp_sendmsg", "ip_finish_output2"]),
                };
            case TaskStep.ScheduleNapi(var queue):
                return new LiveStep
                {
                    Definition = step,
                    Length = none,
                    Napi = parts.Napi(queue, task.Name),
                    SyscallNumber = NumberOf("ioctl", task),
                    Frames = Frames("ioctl", ["do_vfs_ioctl", "tun_chr_ioctl"]),
                };
            default:
                throw new ArgumentException($"`{task.Name}` has a step that is not known.");
        }
    }

    static int NumberOf(string? syscall, HostTask task)
    {
        if (syscall is null || task.IsKernel)
            return -1;
        for (int number = 0; number < 1024; number++)
        {
            if (SyscallNames.Find("x86_64", number) == syscall)
                return number;
        }
        throw new ArgumentException($"`{task.Name}`: there is no system call `{syscall}` on x86_64.");
    }

    // comms have 15 bytes.
    NameId Comm(string name) => machine.Names.Intern(name.Length > 15 ? name[..15] : name);

    // A nice level is worth a quarter: kernel/sched/core.c has this as a table, rounded by hand.
    static int[] Weights()
    {
        var weights = new int[40];
        double weight = 1024;
        for (int nice = 0; nice < 20; nice++, weight /= 1.25)
            weights[20 + nice] = (int)(weight + 0.5);
        weight = 1024;
        for (int nice = 0; nice >= -20; nice--, weight *= 1.25)
            weights[20 + nice] = (int)(weight + 0.5);
        return weights;
    }
}
