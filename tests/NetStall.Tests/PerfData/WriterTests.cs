// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Text;
using NetStall.Model;
using NetStall.PerfData;
using NetStall.PerfData.Writing;
using NetStall.Recordings;
using NetStall.Waits;
using Xunit;

namespace NetStall.Tests.PerfData;

/// <summary>What the recorder writes is what the reader reads, and what perf reads.</summary>
public sealed class WriterTests
{
    const string RaiseFormat =
        """
        name: softirq_raise
        ID: 221
        format:
        	field:unsigned short common_type;	offset:0;	size:2;	signed:0;
        	field:unsigned char common_flags;	offset:2;	size:1;	signed:0;
        	field:unsigned char common_preempt_count;	offset:3;	size:1;	signed:0;
        	field:int common_pid;	offset:4;	size:4;	signed:1;

        	field:unsigned int vec;	offset:8;	size:4;	signed:0;

        print fmt: "vec=%u [action=%s]", REC->vec, "NET_RX"

        """;

    static readonly string EntryFormat = RaiseFormat.Replace("raise", "entry", StringComparison.Ordinal).Replace("221", "223", StringComparison.Ordinal);

    static readonly ReadOnlyMemory<byte> Tracing = TracingDataWriter.Write(
        "\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n"u8, "# compressed entry header\n"u8,
        [new("irq", Encoding.UTF8.GetBytes(RaiseFormat)), new("irq", Encoding.UTF8.GetBytes(EntryFormat))], 4096);

    static readonly RecordedSpec[] Events =
    [
        new(new PerfEventSpec { Name = "dummy:HG", Type = 1, Config = 9, SideRecords = true, CgroupRecords = true, WakeupWatermark = 4096 }, [1]),
        new(new PerfEventSpec { Name = "cpu-clock", Type = 1, Config = 0, Period = 1_001_001, CallChain = true, Cgroup = true }, [2]),
        new(new PerfEventSpec { Name = "irq:softirq_raise", Type = 2, Config = 221, Period = 1, Raw = true }, [3]),
        new(new PerfEventSpec { Name = "irq:softirq_entry", Type = 2, Config = 223, Period = 1, Raw = true }, [4]),
    ];

    static byte[] U64(ulong value) => BitConverter.GetBytes(value);
    static byte[] U32(uint value) => BitConverter.GetBytes(value);

    static byte[] Record(uint type, ushort misc, params byte[][] parts)
    {
        byte[] body = [.. parts.SelectMany(p => p)];
        return [.. U32(type), .. BitConverter.GetBytes(misc), .. BitConverter.GetBytes((ushort)(8 + body.Length)), .. body];
    }

    // As the kernel writes them: identifier, tid, time, cpu, raw.
    static byte[] Softirq(ulong id, ulong time, byte flags = 0) =>
        Record(9, 1, U64(id), U32(500), U32(501), U64(time), U64(1), U32(16), [221, 0, flags, 0], U32(501), U32(3), U32(0));

    static byte[] Stack(ulong time, params ulong[] chain) =>
        Record(9, 1, U64(2), U64(0xffffffff81000010), U32(500), U32(501), U64(time), U64(1), U64((ulong)chain.Length), [.. chain.SelectMany(U64)], U64(77));

    static byte[] File()
    {
        var before = new PerfSideRecords();
        before.Kernel(0xffffffff81000000, 0xffffffff82000000);
        before.Module(0xffffffffc0201000, 45056, "[veth]"u8);
        before.Fork(new Pid(500), new Pid(1), new Tid(500), new Tid(1));
        before.Comm(new Pid(500), new Tid(500), "agent"u8);
        before.Fork(new Pid(500), new Pid(500), new Tid(501), new Tid(500));
        before.Comm(new Pid(500), new Tid(501), "agent:worker"u8);
        Assert.True(ProcessMap.TryParse("55d0c0a6c000-55d0c0a70000 r-xp 00002000 fe:00 1234     /usr/bin/agent"u8, out var map));
        before.Map(new Pid(500), map);
        before.Cgroup(new CgroupId(77), "/kubepods/pod1/c1"u8);

        byte[] records =
        [
            .. before.ToMemory().Span,
            .. Softirq(3, 1_000_000_000), .. Stack(1_020_000_000, ChainMarker.Kernel, 0xffffffff81000010, 0xffffffffc0201020), .. Softirq(4, 1_040_000_000),
            .. PerfSideRecords.RoundFinished,
        ];
        PerfFeature[] features =
        [
            PerfFeature.Tracing(Tracing),
            PerfFeature.KernelBuildId(new byte[20]),
            PerfFeature.Hostname("node7"),
            PerfFeature.KernelRelease("6.1.0-50-amd64"),
            PerfFeature.RecorderVersion("netstall 1"),
            PerfFeature.Architecture("x86_64"),
            PerfFeature.Cpus(4, 2),
            PerfFeature.CommandLine(["netstall", "record"]),
            PerfFeature.EventDescriptions(Events),
            PerfFeature.Span(new KernelTime(1_000_000_000), new KernelTime(1_040_000_000)),
            PerfFeature.ClockResolution(1),
            PerfFeature.WallClock(new KernelTime(2_000_000_000), 1_700_000_000_000_000_000),
        ];
        var layout = new PerfDataLayout(Events);
        byte[] front = layout.Front(records.Length, features.Select(f => f.Number)).ToArray();
        Assert.Equal(layout.DataOffset, front.Length);
        return [.. front, .. records, .. layout.Features(records.Length, features).Span];
    }

    [Fact]
    public void What_is_said_of_the_node_is_read_again()
    {
        var recording = PerfDataBuilder.Read(File()).Recording;

        Assert.Equal(("node7", "6.1.0-50-amd64", "x86_64", 2, "netstall record"),
            (recording.Host, recording.KernelRelease, recording.Architecture, recording.CpusOnline, recording.CommandLine));
        Assert.Equal(new RecordingClock("CLOCK_MONOTONIC", (new KernelTime(2_000_000_000), 1_700_000_000_000_000_000)), recording.Clock);
        Assert.Equal((new KernelTime(1_000_000_000), new KernelTime(1_040_000_000)), recording.AnnouncedSpan);
        Assert.Empty(recording.Flaws.First);
    }

    [Fact]
    public void What_was_there_before_is_known_from_the_beginning()
    {
        var seen = PerfDataBuilder.Read(File());
        var recording = seen.Recording;

        var name = recording.Tasks.Find(new Tid(501), new KernelTime(1));
        Assert.Equal(("agent:worker", new Pid(500)), (recording.Names.Text(name.Comm), name.Pid));
        Assert.Equal("/kubepods/pod1/c1", recording.Cgroups.PathOf(new CgroupId(77)));
    }

    [Fact]
    public void Events_are_read_as_they_were_written()
    {
        var events = PerfDataBuilder.Read(File()).Events;

        Assert.Equal(
            [(EventKind.SoftirqRaise, 1_000_000_000L), (EventKind.Sample, 1_020_000_000), (EventKind.SoftirqEntry, 1_040_000_000)],
            events.Select(e => (e.Event.Kind, e.Event.Time.Nanoseconds)));
        Assert.Equal([ChainMarker.Kernel, 0xffffffff81000010, 0xffffffffc0201020], events[1].Chain);
        Assert.Equal((new CpuId(1), new Tid(501), new CgroupId(77)), (events[1].Event.Cpu, events[1].Event.Tid, events[1].Event.Cgroup));
    }

    // A recorder that is killed leaves this: the beginning says that nothing follows.
    [Fact]
    public void A_file_without_its_end_is_told_as_one_whose_recorder_was_killed()
    {
        var layout = new PerfDataLayout(Events);
        var recording = PerfDataBuilder.Read([.. layout.Front(0, []).Span, .. Stack(1_020_000_000, ChainMarker.Kernel, 1)]).Recording;

        Assert.Contains(recording.Flaws.First, f => f.What.Contains("it was killed", StringComparison.Ordinal));
        Assert.Equal(1, recording.SampleCount);
    }

    [Fact]
    public void Perf_reads_it_without_complaint()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        System.IO.File.WriteAllBytes(path, File());
        try
        {
            var lines = PerfScriptOracleTests.PerfScript("-i", path, "-F", "comm,tid,cpu,time,event,trace").Where(l => l.Length > 0)
                .Select(l => string.Join(' ', l.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
            Assert.Equal(
                [
                    "agent:worker 501 [001] 1.000000000: irq:softirq_raise: vec=3 [action=NET_RX]",
                    "agent:worker 501 [001] 1.020000000: cpu-clock:",
                    "agent:worker 501 [001] 1.040000000: irq:softirq_entry: vec=3 [action=NET_RX]",
                ],
                lines);
        }
        finally
        {
            System.IO.File.Delete(path);
        }
    }

    [Fact]
    public void Waits_are_found_in_the_rings_themselves()
    {
        var reader = new PerfLiveReader(Events, Tracing.Span, "6.1.0");
        var stalls = new List<LiveWait>();
        var waits = new LiveWaits(reader.Recording.Names, Elapsed.FromMilliseconds(10), stalls.Add);

        reader.Read([.. Softirq(3, 1_000_000_000), .. Stack(1_020_000_000, ChainMarker.Kernel, 1)], waits);
        Assert.Empty(stalls);
        reader.Read([.. Softirq(4, 1_040_000_000), .. Softirq(3, 1_050_000_000), .. Softirq(4, 1_050_200_000)], waits);

        Assert.Equal([new LiveWait(new CpuId(1), new KernelTime(1_000_000_000), new KernelTime(1_040_000_000))], stalls);
        Assert.Equal((2L, 1L, Elapsed.FromMilliseconds(40)), (waits.Raises, waits.Stalls, waits.Worst));
    }

    [Theory]
    [InlineData("55d0c0a6c000-55d0c0a70000 r--p 00002000 fe:00 1234     /usr/bin/agent", false, "/usr/bin/agent")]
    [InlineData("7ffd1c5f2000-7ffd1c5f4000 r-xp 00000000 00:00 0                          [vdso]", true, "[vdso]")]
    [InlineData("7f0000000000-7f0000021000 rwxp 00000000 00:00 0 ", true, "//anon")]
    [InlineData("7f0000000000-7f0000021000 r-xp 00000000 00:1f 99 /tmp/with blanks (deleted)", true, "/tmp/with blanks (deleted)")]
    public void Maps_are_read(string line, bool executable, string name)
    {
        Assert.True(ProcessMap.TryParse(Encoding.UTF8.GetBytes(line), out var map));
        Assert.Equal((executable, name), (map.IsExecutable, Encoding.UTF8.GetString(map.Name)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("55d0c0a6c000")]
    [InlineData("55d0c0a70000-55d0c0a6c000 r-xp 00002000 fe:00 1234 /a")]
    [InlineData("55d0c0a6c000-55d0c0a70000 r-x")]
    public void Lines_that_are_no_maps_are_none(string line) => Assert.False(ProcessMap.TryParse(Encoding.UTF8.GetBytes(line), out _));

    [Fact]
    public void The_struct_says_its_own_size()
    {
        byte[] attr = new byte[PerfEventSpec.AttrSize];
        Events[1].Spec.WriteAttr(attr);
        Assert.Equal(PerfEventSpec.AttrSize, BinaryPrimitives.ReadInt32LittleEndian(attr.AsSpan(4)));
    }
}
