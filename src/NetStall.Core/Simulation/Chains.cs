// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Simulation;

/// <summary>Call chains as a sampler would find them: what a CPU is at, with the names that its kernel has for it.</summary>
sealed class Chains
{
    const int Longest = 64;

    readonly Machine _machine;
    readonly ulong[] _chain = new ulong[Longest];
    readonly ulong[][] _vectors = new ulong[SoftirqVectors.Count][];
    readonly ulong[] _devicePoll, _backlogPoll, _ksoftirqd, _napiThread, _enable, _exit, _timer, _device, _call, _resched, _idle, _switch, _thread, _enableInterrupts, _core;
    int _length;

    public Chains(Machine machine, SimulatedFrames frames)
    {
        _machine = machine;
        bool sysvecs = machine.Kernel.HasSysvecs;
        for (int v = 0; v < _vectors.Length; v++)
            _vectors[v] = frames.LeafFirst([HandlerOf((SoftirqVector)v)]);
        _core = frames.LeafFirst([machine.Kernel.SoftirqFunction]);
        _devicePoll = frames.LeafFirst(["ixgbe_poll", "napi_gro_receive", "netif_receive_skb_internal"]);
        _backlogPoll = frames.LeafFirst(["process_backlog", "__netif_receive_skb", "ip_rcv"]);
        _ksoftirqd = frames.LeafFirst(["ret_from_fork", "kthread", "smpboot_thread_fn", "run_ksoftirqd"]);
        _napiThread = frames.LeafFirst(["ret_from_fork", "kthread", "napi_threaded_poll", "__napi_poll"]);
        _enable = frames.LeafFirst(["__local_bh_enable_ip", "do_softirq"]);
        _exit = frames.LeafFirst([sysvecs ? "__irq_exit_rcu" : "irq_exit"]);
        _timer = frames.LeafFirst(sysvecs ? ["asm_sysvec_apic_timer_interrupt", "sysvec_apic_timer_interrupt"] : ["apic_timer_interrupt", "smp_apic_timer_interrupt"]);
        _device = frames.LeafFirst(sysvecs ? ["asm_common_interrupt", "common_interrupt"] : ["ret_from_intr", "do_IRQ"]);
        _call = frames.LeafFirst(sysvecs
            ? ["asm_sysvec_call_function_single", "sysvec_call_function_single"]
            : ["call_function_single_interrupt", "smp_call_function_single_interrupt"]);
        _resched = frames.LeafFirst(sysvecs ? ["asm_sysvec_reschedule_ipi", "sysvec_reschedule_ipi"] : ["reschedule_interrupt", "smp_reschedule_interrupt"]);
        _idle = frames.LeafFirst(["cpu_startup_entry", "do_idle", "default_idle"]);
        _switch = frames.LeafFirst(["schedule", "__schedule", "finish_task_switch"]);
        _thread = frames.LeafFirst(["ret_from_fork", "kthread"]);
        _enableInterrupts = frames.LeafFirst(["_raw_spin_unlock_irqrestore"]);
    }

    /// <summary>The frames of a step, leaf first.</summary>
    public static ulong[] OfStep(KernelProfile kernel, SimulatedFrames frames, string? syscall, IEnumerable<string> functions)
    {
        if (syscall is null)
            return frames.LeafFirst(["ret_from_fork", "kthread", .. functions]);
        string body = kernel.HasSyscallWrappers ? "__x64_sys_" : "sys_";
        return frames.LeafFirst(["entry_SYSCALL_64_after_hwframe", "do_syscall_64", body + syscall, .. functions]);
    }

    /// <summary>What the CPU is at, below the interrupt that takes the sample. Valid until the next call.</summary>
    public ReadOnlySpan<ulong> Below(LiveCpu cpu, bool byNmi, out bool inKernel)
    {
        _length = 0;
        Add(ChainMarker.Kernel);
        var task = cpu.Current;
        bool hardirq = byNmi && cpu.IsActive(Level.Hardirq);
        if (hardirq)
        {
            Add(_machine.LineOf(cpu, cpu.Interrupts.Serving).Interrupt?.Frames);
            Add(EntryOf(cpu.Interrupts.Serving));
        }
        bool softirq = cpu.Softirqs.IsServing && (cpu.IsActive(Level.Softirq) || cpu.Softirqs.Owner == task);
        if (softirq)
            AddSoftirq(cpu);
        bool inTask = !softirq || cpu.Softirqs.Caller != SoftirqCaller.Ksoftirqd;
        if (inTask)
            AddTask(cpu, task);
        inKernel = _length > 1;
        if (!inKernel)
            _length = 0;
        if (task is { Kind: TaskKind.Program, IsKernel: false })
        {
            Add(ChainMarker.User);
            Add(0x40_0000 + (ulong)task.Tid.Value * 0x1000);
        }
        return _chain.AsSpan(0, _length);
    }

    void AddSoftirq(LiveCpu cpu)
    {
        var softirqs = cpu.Softirqs;
        if (softirqs.InVector)
        {
            if (softirqs.Vector == SoftirqVector.NetRx)
                AddPoll(cpu);
            else
                Add(softirqs.Worker?.SoftirqFrames);
            Add(_vectors[(int)softirqs.Vector]);
        }
        Add(_core);
        switch (softirqs.Caller)
        {
            case SoftirqCaller.Ksoftirqd:
                Add(_ksoftirqd);
                return;
            case SoftirqCaller.BottomHalfEnable:
                Add(_enable);
                return;
            default:
                Add(_exit);
                Add(EntryOf(softirqs.After));
                return;
        }
    }

    void AddPoll(LiveCpu cpu) => Add(cpu.Poll.Napi?.Queue is null ? _backlogPoll : _devicePoll);

    void AddTask(LiveCpu cpu, LiveTask task)
    {
        if (cpu.Scheduler.IsSwitching)
            Add(_switch);
        if (task.AtInterruptEnable)
            Add(_enableInterrupts);
        switch (task.Kind)
        {
            case TaskKind.Idle:
                Add(_idle);
                return;
            case TaskKind.NapiThread:
                if (task.Phase == 1)
                    AddPoll(cpu);
                Add(_napiThread);
                return;
            case TaskKind.Ksoftirqd:
                Add(_ksoftirqd);
                return;
            case TaskKind.IrqThread:
                Add(_thread);
                return;
            default:
                if (task.InKernel)
                    Add(task.Now.Definition is TaskStep.Compute ? _thread : task.Now.Frames);
                return;
        }
    }

    ulong[] EntryOf(int bit) => bit switch
    {
        HardInterrupts.Resched => _resched,
        HardInterrupts.Call => _call,
        < HardInterrupts.FirstLine => _timer,
        _ => _device,
    };

    static string HandlerOf(SoftirqVector vector) => vector switch
    {
        SoftirqVector.Hi => "tasklet_hi_action",
        SoftirqVector.Timer => "run_timer_softirq",
        SoftirqVector.NetTx => "net_tx_action",
        SoftirqVector.NetRx => "net_rx_action",
        SoftirqVector.Block => "blk_done_softirq",
        SoftirqVector.IrqPoll => "irq_poll_softirq",
        SoftirqVector.Tasklet => "tasklet_action_common",
        SoftirqVector.Sched => "run_rebalance_domains",
        SoftirqVector.HrTimer => "hrtimer_run_softirq",
        _ => "rcu_core",
    };

    void Add(ulong value)
    {
        if (_length < Longest)
            _chain[_length++] = value;
    }

    void Add(ulong[]? frames)
    {
        foreach (ulong frame in frames ?? [])
            Add(frame);
    }
}
