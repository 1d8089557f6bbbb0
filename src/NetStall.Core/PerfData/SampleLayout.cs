// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace NetStall.PerfData;

/// <summary>Where the fields of one event's samples lie, worked out once from its sample_type.</summary>
/// <remarks>
/// The order is the kernel's perf_output_sample() (kernel/events/core.c), not the uapi comment, which misplaces AUX and omits CGROUP.
/// Offsets are from the start of the record, header included; -1 where the field is not recorded.
/// </remarks>
sealed class SampleLayout
{
    const int Header = 8;

    readonly PerfEventAttr _attr;

    public SampleLayout(PerfEventAttr attr)
    {
        _attr = attr;
        var type = attr.SampleType;
        int at = Header;

        int Next(SampleType field)
        {
            if ((type & field) == 0)
                return -1;
            int here = at;
            at += 8;
            return here;
        }

        Identifier = Next(SampleType.Identifier);
        Ip = Next(SampleType.Ip);
        Tid = Next(SampleType.Tid);
        Time = Next(SampleType.Time);
        Next(SampleType.Addr);
        Id = Next(SampleType.Id);
        Next(SampleType.StreamId);
        Cpu = Next(SampleType.Cpu);
        Period = Next(SampleType.Period);
        FixedEnd = at;
        if (Identifier >= 0)
            Id = Identifier;
    }

    public int Identifier { get; }
    public int Ip { get; }
    public int Tid { get; }
    public int Time { get; }

    /// <summary>Of IDENTIFIER or ID, whichever there is.</summary>
    public int Id { get; }
    public int Cpu { get; }
    public int Period { get; }

    /// <summary>Where the fields of fixed size end. A shorter record is cut.</summary>
    public int FixedEnd { get; }

    /// <summary>The parts of a sample whose place depends on what stands before them. False when the record contradicts itself.</summary>
    public bool TryReadVariable(ReadOnlySpan<byte> record, out ReadOnlySpan<ulong> chain, out ReadOnlySpan<byte> raw, out ulong cgroup)
    {
        chain = default;
        raw = default;
        cgroup = 0;
        var type = _attr.SampleType;
        int at = FixedEnd;
        if (at > record.Length)
            return false;

        if ((type & SampleType.Read) != 0 && !SkipRead(record, ref at))
            return false;

        if ((type & SampleType.Callchain) != 0)
        {
            if (!TryReadCount(record, ref at, sizeof(ulong), out int length))
                return false;
            chain = MemoryMarshal.Cast<byte, ulong>(record.Slice(at, length));
            at += length;
        }

        if ((type & SampleType.Raw) != 0)
        {
            if (at + 4 > record.Length)
                return false;
            uint size = BinaryPrimitives.ReadUInt32LittleEndian(record[at..]);
            if (size > (uint)(record.Length - at - 4))
                return false;
            raw = record.Slice(at + 4, (int)size);
            at += 4 + (int)size;
        }

        if ((type & SampleType.Cgroup) != 0 && SkipToCgroup(record, ref at))
            cgroup = BinaryPrimitives.ReadUInt64LittleEndian(record[at..]);
        return true;
    }

    // Only recordings made with --all-cgroups come here.
    bool SkipToCgroup(ReadOnlySpan<byte> record, ref int at)
    {
        var type = _attr.SampleType;
        if ((type & SampleType.BranchStack) != 0)
        {
            const ulong HardwareIndex = 1ul << 17;
            const ulong Counters = 1ul << 19;
            if (!TryReadUInt64(record, ref at, out ulong entries) || entries > (ulong)record.Length / 24)
                return false;
            if ((_attr.BranchSampleType & HardwareIndex) != 0)
                at += 8;
            at += (int)entries * 24;
            if ((_attr.BranchSampleType & Counters) != 0)
                at += (int)entries * 8;
        }
        if ((type & SampleType.RegsUser) != 0 && !SkipRegisters(record, ref at, _attr.SampleRegsUser))
            return false;
        if ((type & SampleType.StackUser) != 0)
        {
            if (!TryReadUInt64(record, ref at, out ulong size) || size > (ulong)record.Length)
                return false;
            at += (int)size + (size != 0 ? 8 : 0);
        }
        if ((type & (SampleType.Weight | SampleType.WeightStruct)) != 0)
            at += 8;
        if ((type & SampleType.DataSrc) != 0)
            at += 8;
        if ((type & SampleType.Transaction) != 0)
            at += 8;
        if ((type & SampleType.RegsIntr) != 0 && !SkipRegisters(record, ref at, _attr.SampleRegsIntr))
            return false;
        if ((type & SampleType.PhysAddr) != 0)
            at += 8;
        return at >= 0 && at + 8 <= record.Length;
    }

    bool SkipRead(ReadOnlySpan<byte> record, ref int at)
    {
        var format = _attr.ReadFormat;
        int perValue = 1 + ((format & ReadFormat.Id) != 0 ? 1 : 0) + ((format & ReadFormat.Lost) != 0 ? 1 : 0);
        int times = ((format & ReadFormat.TotalTimeEnabled) != 0 ? 1 : 0) + ((format & ReadFormat.TotalTimeRunning) != 0 ? 1 : 0);
        ulong values = 1;
        if ((format & ReadFormat.Group) != 0 && !TryReadUInt64(record, ref at, out values))
            return false;
        if (values > (ulong)record.Length / 8)
            return false;
        at += (times + (int)values * perValue) * 8;
        return at <= record.Length;
    }

    static bool SkipRegisters(ReadOnlySpan<byte> record, ref int at, ulong mask)
    {
        if (!TryReadUInt64(record, ref at, out ulong abi))
            return false;
        if (abi != 0)
            at += BitOperations.PopCount(mask) * 8;
        return true;
    }

    static bool TryReadCount(ReadOnlySpan<byte> record, ref int at, int each, out int length)
    {
        length = 0;
        if (!TryReadUInt64(record, ref at, out ulong count) || count > (ulong)(record.Length - at) / (ulong)each)
            return false;
        length = (int)count * each;
        return true;
    }

    static bool TryReadUInt64(ReadOnlySpan<byte> record, ref int at, out ulong value)
    {
        value = 0;
        if (at < 0 || at + 8 > record.Length)
            return false;
        value = BinaryPrimitives.ReadUInt64LittleEndian(record[at..]);
        at += 8;
        return true;
    }
}
