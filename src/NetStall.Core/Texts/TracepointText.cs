// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Recordings;

namespace NetStall.Texts;

/// <summary>What a tracepoint printed, made an event: the same words in <c>perf script</c> and in ftrace, since one format file makes both.</summary>
sealed class TracepointText(Recording recording)
{
    // Of TASK_REPORT: `prev_state` as a number, where a text gives raw fields. Must match TASK_REPORT_MAX in include/linux/sched.h,
    // 0x100 since v4.14; before, TASK_STATE_MAX, which was 0x400 and more.
    const int PreemptedSince414 = 0x100;
    const int PreemptedBefore = 0x400;

    NameTable Names => recording.Names;

    /// <summary>Reads the payload. False if it is not, or not wholly, what this tracepoint prints.</summary>
    /// <param name="kind">Which tracepoint.</param>
    /// <param name="name">Its name, for vectors.</param>
    /// <param name="payload">What follows the name.</param>
    /// <param name="head">When, where, who.</param>
    /// <param name="e">The event; of kind Other if false.</param>
    /// <param name="stoppedAt">Where in the payload the reading stopped.</param>
    public bool TryRead(TracepointKind kind, ReadOnlySpan<byte> name, ReadOnlySpan<byte> payload, in EventHead head, out KernelEvent e, out int stoppedAt)
    {
        var p = new PayloadCursor(payload);
        p.SkipBlanks();
        e = KernelEvent.Other(head);
        bool ok = kind switch
        {
            TracepointKind.SoftirqRaise => TrySoftirq(ref p, head, EventKind.SoftirqRaise, ref e),
            TracepointKind.SoftirqEntry => TrySoftirq(ref p, head, EventKind.SoftirqEntry, ref e),
            TracepointKind.SoftirqExit => TrySoftirq(ref p, head, EventKind.SoftirqExit, ref e),
            TracepointKind.IrqHandlerEntry => TryHardirq(ref p, head, EventKind.HardirqEntry, ref e),
            TracepointKind.IrqHandlerExit => TryHardirq(ref p, head, EventKind.HardirqExit, ref e),
            TracepointKind.MaybeVectorEntry => TryVector(ref p, head, EventKind.VectorEntry, name, "_entry"u8.Length, ref e),
            TracepointKind.MaybeVectorExit => TryVector(ref p, head, EventKind.VectorExit, name, "_exit"u8.Length, ref e),
            TracepointKind.SchedSwitch => TrySwitch(ref p, head, ref e) || TryPluginSwitch(payload, head, ref e),
            TracepointKind.SchedWaking => TryWaking(ref p, head, EventKind.SchedWaking, ref e) || TryPluginWaking(payload, head, EventKind.SchedWaking, ref e),
            TracepointKind.SchedWakeup => TryWaking(ref p, head, EventKind.SchedWakeup, ref e) || TryPluginWaking(payload, head, EventKind.SchedWakeup, ref e),
            TracepointKind.NapiPoll => TryNapiPoll(ref p, head, ref e),
            TracepointKind.SyscallEnter => TrySyscall(ref p, head, EventKind.SyscallEnter, ref e),
            TracepointKind.SyscallExit => TrySyscall(ref p, head, EventKind.SyscallExit, ref e),
            TracepointKind.CpuIdle => TryIdle(ref p, head, ref e),
            TracepointKind.WorkStart => TryWork(ref p, head, EventKind.WorkStart, ref e),
            TracepointKind.WorkEnd => TryWork(ref p, head, EventKind.WorkEnd, ref e),
            _ => true,
        };
        stoppedAt = p.Position;
        return ok;
    }

    // vec=3 [action=NET_RX]
    static bool TrySoftirq(ref PayloadCursor p, in EventHead head, EventKind kind, ref KernelEvent e)
    {
        if (!p.Skip("vec="u8) || !p.TryInt(out int vector))
            return false;
        e = KernelEvent.Softirq(head, kind, (SoftirqVector)vector);
        return true;
    }

    // irq=24 name=virtio0-input.0
    // irq=24 ret=handled
    bool TryHardirq(ref PayloadCursor p, in EventHead head, EventKind kind, ref KernelEvent e)
    {
        if (!p.Skip("irq="u8) || !p.TryInt(out int irq))
            return false;
        // perf may print an address after it, hence one word only: no handler's name holds a blank.
        var handler = p.Skip(" name="u8) && p.TryWord(out var word) ? Names.Intern(word) : default;
        e = KernelEvent.Hardirq(head, kind, irq, handler);
        return true;
    }

    // local_timer_entry: vector=236
    bool TryVector(ref PayloadCursor p, in EventHead head, EventKind kind, ReadOnlySpan<byte> name, int ending, ref KernelEvent e)
    {
        name = TracepointKinds.WithoutSystem(name);
        if (p.Skip("vector="u8))
            e = KernelEvent.IrqVector(head, kind, Names.Intern(name[..^ending]));
        return true;
    }

    // prev_comm=longsys prev_pid=25706 prev_prio=120 prev_state=R+ ==> next_comm=userB next_pid=25473 next_prio=139
    bool TrySwitch(ref PayloadCursor p, in EventHead head, ref KernelEvent e)
    {
        if (!p.Skip("prev_comm="u8) || !p.TryComm(" prev_pid="u8, " prev_prio="u8, out var previousComm, out int previous))
            return false;
        if (!p.Skip(" prev_prio="u8) || !p.TryInt(out int previousPriority) || !p.Skip(" prev_state="u8) || !p.TryWord(out var state))
            return false;
        if (!p.Skip(" ==> next_comm="u8) && !p.Skip(" next_comm="u8))
            return false;
        if (!p.TryComm(" next_pid="u8, " next_prio="u8, out var nextComm, out int next) || !p.Skip(" next_prio="u8) || !p.TryInt(out int nextPriority))
            return false;
        e = Switch(head, previousComm, previous, previousPriority, state, nextComm, next, nextPriority);
        return true;
    }

    // trace-cmd report writes its own form, unless told -R:
    //
    //     migration/0:18 [0] S ==> swapper/0:0 [120]
    bool TryPluginSwitch(ReadOnlySpan<byte> payload, in EventHead head, ref KernelEvent e)
    {
        payload = payload.Trim((byte)' ');
        if (!TryPluginTask(ref payload, out int next, out int nextPriority))
            return false;
        // A comm may hold an arrow: the right one has a state, a priority and a pid before it.
        for (int arrow = payload.LastIndexOf(" ==> "u8); arrow > 0; arrow = payload[..arrow].LastIndexOf(" ==> "u8))
        {
            int blank = payload[..arrow].LastIndexOf((byte)' ');
            if (blank < 0)
                return false;
            var leaving = payload[..blank];
            if (!TryPluginTask(ref leaving, out int previous, out int previousPriority))
                continue;
            e = Switch(head, leaving, previous, previousPriority, payload[(blank + 1)..arrow], payload[(arrow + 5)..], next, nextPriority);
            return true;
        }
        return false;
    }

    // Takes `:18 [0]` off the end; what is left ends with the comm.
    static bool TryPluginTask(ref ReadOnlySpan<byte> text, out int pid, out int priority)
    {
        pid = priority = 0;
        int bracket = text.LastIndexOf(" ["u8);
        if (bracket < 0 || text[^1] != ']' || !TextNumber.TryInt(text[(bracket + 2)..^1], out priority))
            return false;
        int colon = text[..bracket].LastIndexOf((byte)':');
        if (colon < 0 || !TextNumber.TryInt(text[(colon + 1)..bracket], out pid))
            return false;
        text = text[..colon];
        return true;
    }

    KernelEvent Switch(in EventHead head, ReadOnlySpan<byte> previousComm, int previous, int previousPriority, ReadOnlySpan<byte> state,
        ReadOnlySpan<byte> nextComm, int next, int nextPriority)
    {
        var leaving = Comm(previousComm);
        var coming = Comm(nextComm);
        recording.Tasks.OnSeen(head.Time, new Tid(previous), leaving);
        recording.Tasks.OnSeen(head.Time, new Tid(next), coming);
        // The line's own pid is the task that leaves, but ftrace fills it in when printing and perf for an exited task says -1.
        var at = head with { Tid = new Tid(previous) };
        return KernelEvent.Switch(at, previousPriority, Door(state), leaving, new Tid(next), nextPriority, coming);
    }

    static SwitchDoor Door(ReadOnlySpan<byte> state)
    {
        if (state is [(byte)'R'])
            return SwitchDoor.Runnable;
        if (state is [(byte)'R', (byte)'+'])
            return SwitchDoor.Preempted;
        if (state.IsEmpty)
            return SwitchDoor.Unknown;
        if (!TextNumber.IsDigit(state[0]))
            return SwitchDoor.Gone;
        bool isHex = state.StartsWith("0x"u8);
        long number;
        if (isHex)
        {
            TextNumber.ReadHex(state[2..], out ulong hex);
            number = (long)(hex & int.MaxValue);
        }
        else if (!TextNumber.TryLong(state, out number))
            return SwitchDoor.Unknown;
        return number switch
        {
            0 => SwitchDoor.Runnable,
            PreemptedSince414 or >= PreemptedBefore => SwitchDoor.Preempted,
            _ => SwitchDoor.Gone,
        };
    }

    // comm=ping pid=25707 prio=120 target_cpu=000
    // comm=ping pid=25707 prio=120 success=1 target_cpu=000        (before v4.4)
    bool TryWaking(ref PayloadCursor p, in EventHead head, EventKind kind, ref KernelEvent e)
    {
        if (!p.Skip("comm="u8) || !p.TryComm(" pid="u8, " prio="u8, out var comm, out int pid))
            return false;
        if (!p.Skip(" prio="u8) || !p.TryInt(out int priority))
            return false;
        if (p.Skip(" success="u8))
            p.TryInt(out _);
        if (!p.Skip(" target_cpu="u8) || !p.TryInt(out int cpu))
            return false;
        e = Waking(head, kind, comm, pid, priority, cpu);
        return true;
    }

    // ping:25707 [120] CPU:000        ping:25707 [120]<CANT FIND FIELD success> CPU:000
    bool TryPluginWaking(ReadOnlySpan<byte> payload, in EventHead head, EventKind kind, ref KernelEvent e)
    {
        payload = payload.Trim((byte)' ');
        int cpuAt = payload.LastIndexOf(" CPU:"u8);
        if (cpuAt < 0 || !TextNumber.TryInt(payload[(cpuAt + 5)..], out int cpu))
            return false;
        var task = payload[..cpuAt];
        int close = task.LastIndexOf((byte)']');
        if (close < 0)
            return false;
        task = task[..(close + 1)];
        if (!TryPluginTask(ref task, out int pid, out int priority))
            return false;
        e = Waking(head, kind, task, pid, priority, cpu);
        return true;
    }

    KernelEvent Waking(in EventHead head, EventKind kind, ReadOnlySpan<byte> comm, int pid, int priority, int cpu)
    {
        var name = Comm(comm);
        recording.Tasks.OnSeen(head.Time, new Tid(pid), name);
        return KernelEvent.Waking(head, kind, new Tid(pid), name, priority, new CpuId(cpu));
    }

    // napi poll on napi struct 00000000c49fd603 for device (no_device) work 2 budget 64
    // napi poll on napi struct ffff88013a5f4d50 for device eth0                             (before v4.9)
    // napi=0xffff... dev_name=eth0 work=2 budget=64                                         (raw)
    bool TryNapiPoll(ref PayloadCursor p, in EventHead head, ref KernelEvent e)
    {
        bool isRaw = p.Skip("napi="u8);
        if (!isRaw && !p.Skip("napi poll on napi struct "u8))
            return false;
        p.Skip("0x"u8);
        if (!p.TryWord(out var address) || !p.Skip(isRaw ? " dev_name="u8 : " for device "u8) || !p.TryWord(out var device))
            return false;
        TextNumber.ReadHex(address, out ulong napi);
        int work = 0, budget = 0;
        if (p.Skip(isRaw ? " work="u8 : " work "u8))
        {
            if (!p.TryInt(out work) || !p.Skip(isRaw ? " budget="u8 : " budget "u8) || !p.TryInt(out budget))
                return false;
        }
        var name = device.SequenceEqual("(no_device)"u8) ? default : Names.Intern(device);
        e = KernelEvent.NapiPoll(head, work, budget, name, (int)(uint)(napi ^ napi >> 32));
        return true;
    }

    // NR 116 (10000, 7f8504878010, 0, 0, 0, 4135bdb87005f6ba)
    // NR 116 = 0
    // id=116 ...                                                  (raw)
    static bool TrySyscall(ref PayloadCursor p, in EventHead head, EventKind kind, ref KernelEvent e)
    {
        if ((!p.Skip("NR "u8) && !p.Skip("id="u8)) || !p.TryInt(out int number))
            return false;
        e = KernelEvent.Syscall(head, kind, number);
        return true;
    }

    // state=1 cpu_id=0             leaving idle is PWR_EVENT_EXIT, -1, printed as u32: state=4294967295 cpu_id=0
    static bool TryIdle(ref PayloadCursor p, in EventHead head, ref KernelEvent e)
    {
        if (!p.Skip("state="u8) || !p.TryWord(out var state))
            return false;
        if (!TextNumber.TryInt(state, out int number))
        {
            if (!state.SequenceEqual("4294967295"u8) && !state.SequenceEqual("0xffffffff"u8))
                return false;
            number = -1;
        }
        e = KernelEvent.CpuIdle(head, number);
        return true;
    }

    // work struct 00000000a5b2c1d3: function vmstat_update
    // work struct 00000000a5b2c1d3                              (the end, before v5.17)
    bool TryWork(ref PayloadCursor p, in EventHead head, EventKind kind, ref KernelEvent e)
    {
        if (!p.Skip("work struct "u8) && !p.Skip("work="u8))
            return false;
        NameId name = default;
        if (p.Rest.IndexOf(": function "u8) is >= 0 and var at)
        {
            var after = new PayloadCursor(p.Rest[(at + ": function ".Length)..]);
            if (after.TryWord(out var word))
                name = Names.Intern(word);
        }
        e = KernelEvent.Workqueue(head, kind, name);
        return true;
    }

    /// <summary>A comm without the blanks at its ends: where it stands in a padded column, they cannot be told from padding.</summary>
    public NameId Comm(ReadOnlySpan<byte> comm) => Names.Intern(comm.Trim((byte)' '));
}
