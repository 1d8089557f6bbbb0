// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace NetStall.PerfData;

/// <summary>struct perf_event_attr, as much of it as we need. Its size grew with the kernel: 64 bytes in 2.6.33, 136 today.</summary>
sealed record PerfEventAttr(
    uint Type, ulong Config, ulong PeriodOrFrequency, SampleType SampleType, ReadFormat ReadFormat, ulong Flags,
    ulong BranchSampleType, ulong SampleRegsUser, int ClockId, ulong SampleRegsIntr)
{
    public const uint TypeHardware = 0;
    public const uint TypeSoftware = 1;
    public const uint TypeTracepoint = 2;
    public const uint TypeHardwareCache = 3;
    public const uint TypeRaw = 4;
    public const uint TypeBreakpoint = 5;

    public const int MinimumSize = 64;

    public bool IsFrequency => Bit(10);
    public bool ExcludeUser => Bit(4);
    public bool ExcludeKernel => Bit(5);
    public bool ExcludeIdle => Bit(7);

    /// <summary>perf sets it only where it watches one command instead of whole CPUs.</summary>
    public bool EnableOnExec => Bit(12);
    public bool SampleIdAll => Bit(18);
    public bool UseClockId => Bit(25);
    public bool RecordsSwitches => Bit(26);
    public bool WritesBackward => Bit(27);

    bool Bit(int bit) => (Flags & (1ul << bit)) != 0;

    /// <summary>Reads what is there; what an older perf did not write is zero, what a newer one added is left.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out PerfEventAttr attr, out int size)
    {
        attr = null!;
        size = 0;
        if (bytes.Length < MinimumSize)
            return false;
        uint declared = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        // PERF_ATTR_SIZE_VER0 files of the first perf had size 0 here.
        size = declared == 0 ? MinimumSize : (int)Math.Min(declared, (uint)int.MaxValue);
        if (size < MinimumSize || size > bytes.Length)
            return false;

        Span<byte> whole = stackalloc byte[136];
        whole.Clear();
        bytes[..Math.Min(size, whole.Length)].CopyTo(whole);
        attr = new PerfEventAttr(
            Type: BinaryPrimitives.ReadUInt32LittleEndian(whole),
            Config: BinaryPrimitives.ReadUInt64LittleEndian(whole[8..]),
            PeriodOrFrequency: BinaryPrimitives.ReadUInt64LittleEndian(whole[16..]),
            SampleType: (SampleType)BinaryPrimitives.ReadUInt64LittleEndian(whole[24..]),
            ReadFormat: (ReadFormat)BinaryPrimitives.ReadUInt64LittleEndian(whole[32..]),
            Flags: BinaryPrimitives.ReadUInt64LittleEndian(whole[40..]),
            BranchSampleType: BinaryPrimitives.ReadUInt64LittleEndian(whole[72..]),
            SampleRegsUser: BinaryPrimitives.ReadUInt64LittleEndian(whole[80..]),
            ClockId: BinaryPrimitives.ReadInt32LittleEndian(whole[92..]),
            SampleRegsIntr: BinaryPrimitives.ReadUInt64LittleEndian(whole[96..]));
        return true;
    }
}
