// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.PerfData.Writing;

/// <summary>One of a file's header features: something it says of the node or of itself (tools/perf/util/header.c).</summary>
public sealed record PerfFeature(int Number, ReadOnlyMemory<byte> Bytes)
{
    const int Version = 5, ClockId = 23;

    static PerfFeature Text(int number, string text) => new(number, new PerfBytes().Text(text).ToMemory());

    public static PerfFeature Hostname(string name) => Text(PerfFeatures.Hostname, name);
    public static PerfFeature KernelRelease(string release) => Text(PerfFeatures.OsRelease, release);
    public static PerfFeature RecorderVersion(string version) => Text(Version, version);
    public static PerfFeature Architecture(string machine) => Text(PerfFeatures.Arch, machine);

    public static PerfFeature Cpus(int configured, int online) => new(PerfFeatures.NrCpus, new PerfBytes().S32(configured).S32(online).ToMemory());

    public static PerfFeature CommandLine(IReadOnlyList<string> words)
    {
        var bytes = new PerfBytes().U32((uint)words.Count);
        foreach (string word in words)
            bytes.Text(word);
        return new PerfFeature(PerfFeatures.CommandLine, bytes.ToMemory());
    }

    public static PerfFeature EventDescriptions(IReadOnlyList<RecordedSpec> events)
    {
        var bytes = new PerfBytes().U32((uint)events.Count).U32(PerfEventSpec.AttrSize);
        Span<byte> attr = stackalloc byte[PerfEventSpec.AttrSize];
        foreach (var e in events)
        {
            e.Spec.WriteAttr(attr);
            bytes.Bytes(attr).U32((uint)e.Ids.Length).Text(e.Spec.Name);
            foreach (ulong id in e.Ids)
                bytes.U64(id);
        }
        return new PerfFeature(PerfFeatures.EventDescription, bytes.ToMemory());
    }

    /// <summary>The kernel's build id, 20 bytes.</summary>
    public static PerfFeature KernelBuildId(ReadOnlySpan<byte> id)
    {
        const int HeaderSize = 8, IdSize = 24, Alignment = 64;
        var name = "[kernel.kallsyms]"u8;
        var bytes = new PerfBytes().U32(0).U16(PerfMisc.CpuModeKernel).U16(HeaderSize + 4 + IdSize + Alignment)
            .S32(PerfSideRecords.KernelPid).Bytes(id).Zeros(IdSize - id.Length).Name(name, Alignment);
        return new PerfFeature(PerfFeatures.BuildId, bytes.ToMemory());
    }

    public static PerfFeature Span(KernelTime first, KernelTime last) =>
        new(PerfFeatures.SampleTime, new PerfBytes().U64((ulong)first.Nanoseconds).U64((ulong)last.Nanoseconds).ToMemory());

    /// <summary>The clock's resolution.</summary>
    public static PerfFeature ClockResolution(ulong nanoseconds) => new(ClockId, new PerfBytes().U64(nanoseconds).ToMemory());

    /// <summary>One moment on the recording's clock and on the wall's, so that readers can tell UTC.</summary>
    public static PerfFeature WallClock(KernelTime at, long unixNanoseconds) =>
        new(PerfFeatures.ClockData, new PerfBytes().U32(1).U32(PerfEventSpec.ClockMonotonic).U64((ulong)unixNanoseconds).U64((ulong)at.Nanoseconds).ToMemory());

    /// <summary>The format files of tracepoints; <see cref="TracingDataWriter"/> makes the bytes.</summary>
    public static PerfFeature Tracing(ReadOnlyMemory<byte> bytes) => new(PerfFeatures.TracingData, bytes);
}
