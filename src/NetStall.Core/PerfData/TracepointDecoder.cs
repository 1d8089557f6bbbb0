// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using NetStall.Model;

namespace NetStall.PerfData;

/// <summary>Turns one tracepoint's raw data into a <see cref="KernelEvent"/>. Field offsets are looked up once, by name.</summary>
abstract class TracepointDecoder
{
    /// <summary>What its records become, so that the recording can say what it was asked for.</summary>
    public abstract EventKind Kind { get; }

    /// <summary>
    /// Reads one record. False when the data is shorter than its format says.
    /// <paramref name="chainAddress"/> is an address that the event carries and that wants a name (a work function), or 0.
    /// </summary>
    public abstract bool TryDecode(in EventHead head, ReadOnlySpan<byte> raw, NameTable names, out KernelEvent e, out ulong chainAddress);

    /// <summary>The decoder for this tracepoint; one that says "something happened" for those we do not interpret.</summary>
    public static TracepointDecoder For(TraceEventFormat format) => format.FullName switch
    {
        "irq:softirq_raise" => SoftirqDecoder.Create(EventKind.SoftirqRaise, format),
        "irq:softirq_entry" => SoftirqDecoder.Create(EventKind.SoftirqEntry, format),
        "irq:softirq_exit" => SoftirqDecoder.Create(EventKind.SoftirqExit, format),
        "irq:irq_handler_entry" => HardirqDecoder.Create(EventKind.HardirqEntry, format),
        "irq:irq_handler_exit" => HardirqDecoder.Create(EventKind.HardirqExit, format),
        "sched:sched_switch" => SwitchDecoder.Create(format),
        "sched:sched_waking" => WakingDecoder.Create(EventKind.SchedWaking, format),
        "sched:sched_wakeup" or "sched:sched_wakeup_new" => WakingDecoder.Create(EventKind.SchedWakeup, format),
        "napi:napi_poll" => NapiPollDecoder.Create(format),
        "raw_syscalls:sys_enter" => SyscallDecoder.Create(EventKind.SyscallEnter, format),
        "raw_syscalls:sys_exit" => SyscallDecoder.Create(EventKind.SyscallExit, format),
        "power:cpu_idle" => CpuIdleDecoder.Create(format),
        "workqueue:workqueue_execute_start" => new WorkDecoder(EventKind.WorkStart, format.Field("function")),
        "workqueue:workqueue_execute_end" => new WorkDecoder(EventKind.WorkEnd, format.Field("function")),
        _ when format.System == "irq_vectors" && format.Name.EndsWith("_entry", StringComparison.Ordinal) =>
            new VectorDecoder(EventKind.VectorEntry, format.Name[..^"_entry".Length]),
        _ when format.System == "irq_vectors" && format.Name.EndsWith("_exit", StringComparison.Ordinal) =>
            new VectorDecoder(EventKind.VectorExit, format.Name[..^"_exit".Length]),
        _ => OtherDecoder.Instance,
    };

    protected static bool TryInt(ReadOnlySpan<byte> raw, TraceField field, out long value)
    {
        value = 0;
        if ((uint)field.Offset + (uint)field.Size > (uint)raw.Length)
            return false;
        var bytes = raw.Slice(field.Offset, field.Size);
        switch (field.Size)
        {
            case 4:
                value = field.IsSigned ? BinaryPrimitives.ReadInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
                return true;
            case 8:
                value = BinaryPrimitives.ReadInt64LittleEndian(bytes);
                return true;
            case 2:
                value = field.IsSigned ? BinaryPrimitives.ReadInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);
                return true;
            case 1:
                value = field.IsSigned ? (sbyte)bytes[0] : bytes[0];
                return true;
            default:
                return false;
        }
    }

    protected static bool TryText(ReadOnlySpan<byte> raw, TraceField field, out ReadOnlySpan<byte> text)
    {
        text = default;
        int offset = field.Offset;
        int size = field.Size;
        if (field.Locator != DataLocator.Here)
        {
            if (field.Size != 4 || field.Offset + 4 > raw.Length)
                return false;
            uint locator = BinaryPrimitives.ReadUInt32LittleEndian(raw[field.Offset..]);
            offset = (int)(locator & 0xffff) + (field.Locator == DataLocator.RelLoc ? field.Offset + 4 : 0);
            size = (int)(locator >> 16);
        }
        if (offset > raw.Length || size > raw.Length - offset)
            return false;
        text = raw.Slice(offset, size);
        int nul = text.IndexOf((byte)0);
        if (nul >= 0)
            text = text[..nul];
        return true;
    }

    sealed class OtherDecoder : TracepointDecoder
    {
        public static readonly OtherDecoder Instance = new();

        public override EventKind Kind => EventKind.Other;

        public override bool TryDecode(in EventHead head, ReadOnlySpan<byte> raw, NameTable names, out KernelEvent e, out ulong chainAddress)
        {
            e = KernelEvent.Other(head);
            chainAddress = 0;
            return true;
        }
    }

    sealed class SoftirqDecoder(EventKind kind, TraceField vec) : TracepointDecoder
    {
        public static TracepointDecoder Create(EventKind kind, TraceEventFormat format) =>
            format.Field("vec") is { } vec ? new SoftirqDecoder(kind, vec) : OtherDecoder.Instance;

        public override EventKind Kind => kind;

        public override bool TryDecode(in EventHead head, ReadOnlySpan<byte> raw, NameTable names, out KernelEvent e, out ulong chainAddress)
        {
            chainAddress = 0;
            bool ok = TryInt(raw, vec, out long value);
            e = KernelEvent.Softirq(head, kind, (SoftirqVector)value);
            return ok;
        }
    }

    sealed class HardirqDecoder(EventKind kind, TraceField irq, TraceField? name) : TracepointDecoder
    {
        public static TracepointDecoder Create(EventKind kind, TraceEventFormat format) =>
            format.Field("irq") is { } irq ? new HardirqDecoder(kind, irq, format.Field("name")) : OtherDecoder.Instance;

        public override EventKind Kind => kind;

        public override bool TryDecode(in EventHead head, ReadOnlySpan<byte> raw, NameTable names, out KernelEvent e, out ulong chainAddress)
        {
            chainAddress = 0;
            bool ok = TryInt(raw, irq, out long number);
            NameId handler = default;
            if (name is { } field && TryText(raw, field, out var text))
                handler = names.Intern(text);
            e = KernelEvent.Hardirq(head, kind, (int)number, handler);
            return ok;
        }
    }

    sealed class VectorDecoder(EventKind kind, string name) : TracepointDecoder
    {
        NameId _name;

        public override EventKind Kind => kind;

        public override bool TryDecode(in EventHead head, ReadOnlySpan<byte> raw, NameTable names, out KernelEvent e, out ulong chainAddress)
        {
            chainAddress = 0;
            if (!_name.IsKnown)
                _name = names.Intern(name);
            e = KernelEvent.IrqVector(head, kind, _name);
            return true;
        }
    }

    sealed class SwitchDecoder(
        TraceField previousComm, TraceField previousPriority, TraceField previousState,
        TraceField nextComm, TraceField nextPid, TraceField nextPriority, TraceField previousPid) : TracepointDecoder
    {
        public static TracepointDecoder Create(TraceEventFormat format) =>
            format.Field("prev_comm") is { } previousComm && format.Field("prev_prio") is { } previousPriority
            && format.Field("prev_state") is { } previousState && format.Field("next_comm") is { } nextComm
            && format.Field("next_pid") is { } nextPid && format.Field("next_prio") is { } nextPriority
            && format.Field("prev_pid") is { } previousPid
                ? new SwitchDecoder(previousComm, previousPriority, previousState, nextComm, nextPid, nextPriority, previousPid)
                : OtherDecoder.Instance;

        public override EventKind Kind => EventKind.SchedSwitch;

        public override bool TryDecode(in EventHead head, ReadOnlySpan<byte> raw, NameTable names, out KernelEvent e, out ulong chainAddress)
        {
            chainAddress = 0;
            e = default;
            if (!TryText(raw, previousComm, out var leaving) || !TryText(raw, nextComm, out var coming)
                || !TryInt(raw, previousPriority, out long leavingPriority) || !TryInt(raw, previousState, out long state)
                || !TryInt(raw, nextPid, out long next) || !TryInt(raw, nextPriority, out long comingPriority)
                || !TryInt(raw, previousPid, out long previous))
                return false;

            // An exiting task's sample says -1; prev_pid still knows it.
            var known = head.Tid.IsKnown ? head : head with { Tid = new Tid((int)previous) };
            e = KernelEvent.Switch(known, (int)leavingPriority, Door(state), names.Intern(leaving), new Tid((int)next), (int)comingPriority, names.Intern(coming));
            return true;
        }

        // include/trace/events/sched.h: the low byte holds TASK_REPORT states (S, D, T, t, X, Z, P, I); a bit above them
        // says that the task was preempted, which ftrace prints as "R+". Which bit it is moved between kernels.
        static SwitchDoor Door(long state) => (state & 0xff) != 0 ? SwitchDoor.Gone : state != 0 ? SwitchDoor.Preempted : SwitchDoor.Runnable;
    }

    sealed class WakingDecoder(EventKind kind, TraceField comm, TraceField pid, TraceField priority, TraceField targetCpu) : TracepointDecoder
    {
        public static TracepointDecoder Create(EventKind kind, TraceEventFormat format) =>
            format.Field("comm") is { } comm && format.Field("pid") is { } pid && format.Field("prio") is { } priority
            && format.Field("target_cpu") is { } target
                ? new WakingDecoder(kind, comm, pid, priority, target)
                : OtherDecoder.Instance;

        public override EventKind Kind => kind;

        public override bool TryDecode(in EventHead head, ReadOnlySpan<byte> raw, NameTable names, out KernelEvent e, out ulong chainAddress)
        {
            chainAddress = 0;
            e = default;
            if (!TryText(raw, comm, out var name) || !TryInt(raw, pid, out long tid) || !TryInt(raw, priority, out long prio)
                || !TryInt(raw, targetCpu, out long cpu))
                return false;
            e = KernelEvent.Waking(head, kind, new Tid((int)tid), names.Intern(name), (int)prio, new CpuId((int)cpu));
            return true;
        }
    }

    sealed class NapiPollDecoder(TraceField work, TraceField budget, TraceField? device, TraceField? napi) : TracepointDecoder
    {
        public static TracepointDecoder Create(TraceEventFormat format) =>
            format.Field("work") is { } work && format.Field("budget") is { } budget
                ? new NapiPollDecoder(work, budget, format.Field("dev_name"), format.Field("napi"))
                : OtherDecoder.Instance;

        public override EventKind Kind => EventKind.NapiPoll;

        public override bool TryDecode(in EventHead head, ReadOnlySpan<byte> raw, NameTable names, out KernelEvent e, out ulong chainAddress)
        {
            chainAddress = 0;
            e = default;
            if (!TryInt(raw, work, out long packets) || !TryInt(raw, budget, out long most))
                return false;
            NameId name = default;
            if (device is { } field && TryText(raw, field, out var text) && !text.SequenceEqual("(no_device)"u8))
                name = names.Intern(text);
            long key = 0;
            if (napi is { } pointer)
                TryInt(raw, pointer, out key);
            e = KernelEvent.NapiPoll(head, (int)packets, (int)most, name, (int)(key >> 3));
            return true;
        }
    }

    sealed class SyscallDecoder(EventKind kind, TraceField id) : TracepointDecoder
    {
        public static TracepointDecoder Create(EventKind kind, TraceEventFormat format) =>
            format.Field("id") is { } id ? new SyscallDecoder(kind, id) : OtherDecoder.Instance;

        public override EventKind Kind => kind;

        public override bool TryDecode(in EventHead head, ReadOnlySpan<byte> raw, NameTable names, out KernelEvent e, out ulong chainAddress)
        {
            chainAddress = 0;
            bool ok = TryInt(raw, id, out long number);
            e = KernelEvent.Syscall(head, kind, (int)number);
            return ok;
        }
    }

    sealed class CpuIdleDecoder(TraceField state) : TracepointDecoder
    {
        public static TracepointDecoder Create(TraceEventFormat format) =>
            format.Field("state") is { } state ? new CpuIdleDecoder(state) : OtherDecoder.Instance;

        public override EventKind Kind => EventKind.CpuIdle;

        public override bool TryDecode(in EventHead head, ReadOnlySpan<byte> raw, NameTable names, out KernelEvent e, out ulong chainAddress)
        {
            chainAddress = 0;
            bool ok = TryInt(raw, state, out long value);
            e = KernelEvent.CpuIdle(head, unchecked((int)value));
            return ok;
        }
    }

    sealed class WorkDecoder(EventKind kind, TraceField? function) : TracepointDecoder
    {
        public override EventKind Kind => kind;

        public override bool TryDecode(in EventHead head, ReadOnlySpan<byte> raw, NameTable names, out KernelEvent e, out ulong chainAddress)
        {
            chainAddress = 0;
            if (function is { } field && TryInt(raw, field, out long address))
                chainAddress = (ulong)address;
            e = KernelEvent.Workqueue(head, kind, default);
            return true;
        }
    }
}
