// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace NetStall.PerfData.Writing;

/// <summary>
/// An event to open and to describe in a file: the part of <c>struct perf_event_attr</c> (include/uapi/linux/perf_event.h) that recording takes.
/// </summary>
/// <remarks>
/// All events of a recording end their side records alike (TID, TIME, CPU, IDENTIFIER), so that readers need not know whose a side record is.
/// Times are CLOCK_MONOTONIC: other recordings of the same boot, and probes from this machine, share it.
/// </remarks>
public sealed record PerfEventSpec
{
    /// <summary>PERF_ATTR_SIZE_VER3, of Linux 4.1: as short as holds the clock. perf refuses files whose struct is longer than its own.</summary>
    public const int AttrSize = 96;

    public const int ClockMonotonic = 1;

    /// <summary>As perf prints it: <c>cpu-clock</c>, <c>sched:sched_switch</c>.</summary>
    public required string Name { get; init; }

    /// <summary>PERF_TYPE_*.</summary>
    public required uint Type { get; init; }

    /// <summary>PERF_COUNT_*, or a tracepoint's id.</summary>
    public required ulong Config { get; init; }

    /// <summary>One record for so many of it. 0 with <see cref="Frequency"/> 0: none is ever written.</summary>
    public ulong Period { get; init; }

    /// <summary>Records a second that the kernel aims at, instead of a period.</summary>
    public ulong Frequency { get; init; }

    public bool CallChain { get; init; }

    /// <summary>A tracepoint's fields.</summary>
    public bool Raw { get; init; }

    /// <summary>The cgroup v2 id of the task (Linux 5.7).</summary>
    public bool Cgroup { get; init; }

    /// <summary>Names, forks and ends of tasks, and what they map.</summary>
    public bool SideRecords { get; init; }

    /// <summary>KSYMBOL and BPF_EVENT (Linux 5.1) beside <see cref="SideRecords"/>.</summary>
    public bool ProgramRecords { get; init; }

    /// <summary>CGROUP records (Linux 5.7) beside <see cref="SideRecords"/>.</summary>
    public bool CgroupRecords { get; init; }

    /// <summary>For rings that keep the newest: the kernel writes from the end to the beginning, and over what is oldest.</summary>
    public bool WriteBackward { get; init; }

    /// <summary>Wake who polls the ring when so many bytes are new.</summary>
    public uint WakeupWatermark { get; init; }

    /// <summary>A filter of ftrace on the tracepoint's fields, such as <c>vec == 3</c>; null for none. No file can tell it.</summary>
    public string? Filter { get; init; }

    internal SampleType SampleType =>
        SampleType.Identifier | SampleType.Tid | SampleType.Time | SampleType.Cpu
        | (CallChain ? SampleType.Ip | SampleType.Callchain : 0) | (Raw ? SampleType.Raw : 0) | (Cgroup ? SampleType.Cgroup : 0)
        | (Frequency > 0 ? SampleType.Period : 0);

    /// <summary>Where a sample of this event has its time, in bytes from the record's beginning: behind header, identifier, ip, and pid with tid.</summary>
    public int TimeOffset => CallChain ? 32 : 24;

    /// <summary>Writes the struct, <see cref="AttrSize"/> bytes.</summary>
    public void WriteAttr(Span<byte> attr)
    {
        attr[..AttrSize].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(attr, Type);
        BinaryPrimitives.WriteUInt32LittleEndian(attr[4..], AttrSize);
        BinaryPrimitives.WriteUInt64LittleEndian(attr[8..], Config);
        BinaryPrimitives.WriteUInt64LittleEndian(attr[16..], Frequency > 0 ? Frequency : Period);
        BinaryPrimitives.WriteUInt64LittleEndian(attr[24..], (ulong)SampleType);
        BinaryPrimitives.WriteUInt64LittleEndian(attr[40..], Flags());
        BinaryPrimitives.WriteUInt32LittleEndian(attr[48..], WakeupWatermark);
        BinaryPrimitives.WriteInt32LittleEndian(attr[92..], ClockMonotonic);
    }

    ulong Flags()
    {
        const int Disabled = 0, Mmap = 8, Comm = 9, Freq = 10, Task = 13, Watermark = 14, SampleIdAll = 18, Mmap2 = 23, CommExec = 24,
            UseClockId = 25, Backward = 27, Ksymbol = 29, BpfEvent = 30, CgroupEvent = 32;
        ulong flags = 0;
        void Set(int bit, bool on) => flags |= on ? 1ul << bit : 0;
        Set(Disabled, true);
        Set(SampleIdAll, true);
        Set(UseClockId, true);
        Set(Freq, Frequency > 0);
        Set(Watermark, WakeupWatermark > 0);
        Set(Backward, WriteBackward);
        Set(Mmap, SideRecords);
        Set(Mmap2, SideRecords);
        Set(Comm, SideRecords);
        Set(CommExec, SideRecords);
        Set(Task, SideRecords);
        Set(Ksymbol, ProgramRecords);
        Set(BpfEvent, ProgramRecords);
        Set(CgroupEvent, CgroupRecords);
        return flags;
    }
}
