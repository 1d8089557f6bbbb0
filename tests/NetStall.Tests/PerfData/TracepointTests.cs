// SPDX-License-Identifier: Apache-2.0
using System.Text;
using NetStall.Model;
using NetStall.PerfData;
using NetStall.Recordings;
using NetStall.Verdicts;
using Xunit;
using static NetStall.Tests.PerfData.PerfDataBuilder;

namespace NetStall.Tests.PerfData;

/// <summary>Tracepoints are read by the formats that the file brings, never by offsets that some kernel once had.</summary>
public sealed class TracepointTests
{
    const ulong Tracepoint = Ip | TidBit | Time | Cpu | Raw | Identifier;
    const ulong WithPeriod = Tracepoint | 1 << 8;

    static string Format(string name, int id, string fields) => $"name: {name}\nID: {id}\nformat:\n{Common}{fields}\nprint fmt: \"%u\", REC->vec\n";

    const string Common =
        "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n"
        + "\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n";

    const string Vec = "\tfield:unsigned int vec;\toffset:8;\tsize:4;\tsigned:0;\n";

    static byte[] Formats(params (string System, string Text)[] formats) =>
    [
        .. "\x17\x08\x44tracing0.6\0"u8, 0, 8, .. U32(4096),
        .. "header_page\0"u8, .. U64(0), .. "header_event\0"u8, .. U64(0),
        .. U32(0),
        .. U32(formats.Length),
        .. formats.SelectMany(f => (byte[])[.. Encoding.UTF8.GetBytes(f.System), 0, .. U32(1), .. U64((ulong)f.Text.Length), .. Encoding.UTF8.GetBytes(f.Text)]),
        .. U32(0), .. U32(0), .. U64(0),
    ];

    static readonly byte[] RaiseAndEntry = Formats(("irq", Format("softirq_raise", 143, Vec)), ("irq", Format("softirq_entry", 145, Vec)));

    static PerfDataBuilder Waits(ulong period = 1, ulong flags = 1ul << 18, ulong type = Tracepoint) =>
        new PerfDataBuilder().Attr(2, 143, type, [1], period: period, flags: flags).Attr(2, 145, type, [2], period: period, flags: flags).Feature(1, RaiseAndEntry);

    static byte[][] Body(ulong id, long time, byte[] raw, ulong? period = null) =>
        [U64(id), U64(0), U32(5), U32(5), U64((ulong)time), U32(1), U32(0), .. period is { } p ? (byte[][])[U64(p)] : [], U32(raw.Length), raw];

    static byte[] Softirq(int vec, byte flags = 0, byte preempt = 0) => [143, 0, flags, preempt, .. U32(5), .. U32(vec)];

    [Fact]
    public void Softirqs_are_read_by_their_format()
    {
        var seen = Waits().Record(9, 1, Body(1, 10, Softirq(3))).Record(9, 1, Body(2, 20, Softirq(7))).Read();

        Assert.Equal([(10L, EventKind.SoftirqRaise, 3), (20L, EventKind.SoftirqEntry, 7)], seen.Events.Select(e => (e.Event.Time.Nanoseconds, e.Event.Kind, (int)e.Event.Vector)));
        Assert.True(seen.Recording.Kinds.TellWaits);
        Assert.Empty(seen.Recording.Flaws.First);
    }

    [Theory]
    [InlineData(0x01, ContextFlags.InterruptsOff)]
    [InlineData(0x04, ContextFlags.NeedResched)]
    [InlineData(0x08, ContextFlags.HardIrq)]
    [InlineData(0x10, ContextFlags.SoftIrq)]
    [InlineData(0x40, ContextFlags.Nmi)]
    [InlineData(0x80, ContextFlags.BottomHalvesOff)]
    public void The_flags_of_a_record_say_in_which_context_it_was_written(byte bit, ContextFlags expected)
    {
        var e = Assert.Single(Waits().Record(9, 1, Body(1, 10, Softirq(3, bit, 0x12))).Read().Events).Event;

        Assert.Equal((ContextFlags.Known | expected, (byte)2), (e.Flags, e.PreemptDepth));
    }

    [Theory]
    [InlineData("6.12.0", ContextFlags.Known)]
    [InlineData("6.13.0", ContextFlags.Known | ContextFlags.NeedReschedLazy)]
    public void The_second_bit_means_lazy_rescheduling_since_6_13_and_nothing_before(string release, ContextFlags expected) =>
        Assert.Equal(expected, Assert.Single(Waits().Feature(4, Text(release)).Record(9, 1, Body(1, 10, Softirq(3, 0x02))).Read().Events).Event.Flags);

    [Theory]
    [InlineData("__data_loc", 20)]
    [InlineData("__rel_loc", 0)]
    public void Strings_are_found_where_their_locator_points(string locator, int offset)
    {
        string fields = $"\tfield:struct napi_struct * napi;\toffset:8;\tsize:8;\tsigned:0;\n\tfield:{locator} char[] dev_name;\toffset:16;\tsize:4;\tsigned:0;\n"
            + "\tfield:int work;\toffset:24;\tsize:4;\tsigned:1;\n\tfield:int budget;\toffset:28;\tsize:4;\tsigned:1;\n";
        // The name stands behind the numbers, at 32: as __rel_loc counts, 12 behind the locator's end.
        int at = offset == 20 ? 32 : 12;
        byte[] raw = [.. new byte[8], .. U64(0xffff888100000000), .. U32(5 << 16 | at), .. U32(0), .. U32(64), .. U32(300), .. "eth0\0"u8, 0, 0, 0];
        var seen = new PerfDataBuilder().Attr(2, 9, Tracepoint, [1], period: 1).Feature(1, Formats(("napi", Format("napi_poll", 9, fields)))).Record(9, 1, Body(1, 10, raw)).Read();

        var e = Assert.Single(seen.Events).Event;
        Assert.Equal((EventKind.NapiPoll, "eth0", 64, 300), (e.Kind, seen.Recording.Names.Text(e.Device), e.Work, e.Budget));
    }

    [Fact]
    public void A_locator_that_points_outside_its_record_costs_that_record()
    {
        string fields = "\tfield:__data_loc char[] comm;\toffset:8;\tsize:4;\tsigned:0;\n\tfield:pid_t pid;\toffset:12;\tsize:4;\tsigned:1;\n"
            + "\tfield:int prio;\toffset:16;\tsize:4;\tsigned:1;\n\tfield:int target_cpu;\toffset:20;\tsize:4;\tsigned:1;\n";
        var seen = new PerfDataBuilder().Attr(2, 9, Tracepoint, [1], period: 1).Feature(1, Formats(("sched", Format("sched_waking", 9, fields))))
            .Record(9, 1, Body(1, 10, [.. new byte[8], .. U32(0x7fff_ffff), .. U32(1), .. U32(120), .. U32(0)])).Read();

        Assert.Empty(seen.Events);
        Assert.Equal("1 samples contradict their own size; they are left out", Assert.Single(seen.Recording.Flaws.First).ToString());
    }

    [Fact]
    public void A_format_with_impossible_offsets_makes_its_tracepoint_an_event_that_says_nothing()
    {
        const string Far = "\tfield:unsigned int vec;\toffset:2147483647;\tsize:4;\tsigned:0;\n";
        var seen = new PerfDataBuilder().Attr(2, 143, Tracepoint, [1], period: 1).Feature(1, Formats(("irq", Format("softirq_raise", 143, Far)))).Record(9, 1, Body(1, 10, Softirq(3))).Read();

        Assert.Equal(EventKind.Other, Assert.Single(seen.Events).Event.Kind);
        Assert.False(seen.Recording.Kinds.TellWaits);
    }

    [Fact]
    public void Tracing_data_that_ends_too_early_keeps_what_it_had_told()
    {
        var seen = new PerfDataBuilder().Attr(2, 143, Tracepoint, [1], period: 1).Attr(2, 145, Tracepoint, [2], period: 1).Feature(1, RaiseAndEntry[..^120])
            .Record(9, 1, Body(1, 10, Softirq(3))).Record(9, 1, Body(2, 11, Softirq(3))).Read();

        Assert.Equal([EventKind.SoftirqRaise, EventKind.Other], seen.Events.Select(e => e.Event.Kind));
        Assert.Contains(seen.Recording.Flaws.First, f => f.ToString() == "tracing data: it ends too early; tracepoints described after that place are not understood");
    }

    [Fact]
    public void Without_formats_a_tracepoint_is_named_as_not_understood()
    {
        var seen = new PerfDataBuilder().Attr(2, 143, Tracepoint, [1], period: 1).Record(9, 1, Body(1, 10, Softirq(3))).Read();

        Assert.Equal(EventKind.Other, Assert.Single(seen.Events).Event.Kind);
        Assert.Equal(
            "tracepoint 143 was recorded, but the formats are not in the file, which was cut off or never finished; these records tell only that something happened",
            Assert.Single(seen.Recording.Flaws.First).ToString());
    }

    [Fact]
    public void Tracepoints_of_single_tasks_are_no_witnesses_of_a_cpu()
    {
        var seen = Waits(flags: 1ul << 18 | 1ul << 12).Record(9, 1, Body(1, 10, Softirq(3))).Read();

        Assert.Equal(EventKind.Other, Assert.Single(seen.Events).Event.Kind);
        Assert.False(seen.Recording.Kinds.TellWaits);
        Assert.Equal(
            "`irq:softirq_raise`, `irq:softirq_entry` were recorded of single tasks, not of whole CPUs; that tells no waits; record with `perf record -a`",
            Assert.Single(seen.Recording.Flaws.First).ToString());
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(4711, false)]
    public void A_thread_map_tells_whether_single_tasks_were_watched_also_when_it_comes_late(int pid, bool all)
    {
        var recording = Waits().CpuClock().Sample(1).Record(73, 0, U64(1), U64(unchecked((ulong)pid)), Padded("task", 16)).Record(9, 1, Body(1, 10, Softirq(3))).Read().Recording;

        Assert.Equal((all, all), (recording.Kinds.TellWaits, recording.Samplers[0].SeesAll));
    }

    [Fact]
    public void A_member_of_a_counting_group_is_no_witness()
    {
        var recording = Waits(period: 0).CpuClock().Sample(1).Read().Recording;

        Assert.False(recording.Kinds.TellWaits);
        Assert.Equal(
            "`irq:softirq_raise`, `irq:softirq_entry` were only counted (perf record -n, or behind the leader of a group {…}:S); that tells no waits; record it by itself",
            Assert.Single(recording.Flaws.First).ToString());
    }

    [Fact]
    public void What_a_thinned_tracepoint_left_out_counts_as_lost_on_its_cpu()
    {
        const ulong ByFrequency = 1ul << 18 | 1ul << 10;
        var seen = Waits(period: 999, flags: ByFrequency, type: WithPeriod).Record(9, 1, Body(1, 10, Softirq(3), period: 1)).Record(9, 1, Body(2, 20, Softirq(3), period: 5)).Read();

        Assert.Equal([EventKind.SoftirqRaise, EventKind.Lost, EventKind.SoftirqEntry], seen.Events.Select(e => e.Event.Kind));
        Assert.Equal(4, seen.Recording.LostRecords);
        Assert.Equal(
            "`irq:softirq_raise`, `irq:softirq_entry` were recorded now and then only (-F rules tracepoints too): 4 times are missing; "
            + "they count as lost; give the sampling event a beat of its own, `-e cpu-clock/freq=999/`",
            Assert.Single(seen.Recording.Flaws.First).ToString());
    }

    // perf record -c 1001001: the kernel writes every tracepoint all the same where samples carry their period.
    [Theory]
    [InlineData(WithPeriod, false)]
    [InlineData(Tracepoint, true)]
    public void A_period_thins_tracepoints_out_only_where_samples_do_not_carry_it(ulong sampleType, bool thinned)
    {
        var recording = Waits(period: 1_001_001, type: sampleType).Record(9, 1, Body(1, 10, Softirq(3), period: sampleType == WithPeriod ? 1ul : null)).Read().Recording;

        Assert.Equal((thinned, thinned ? 1_001_000 : 0), (recording.TracepointsThinned, recording.LostRecords));
    }

    // The task called exec on cpu 0, whose ring perf emptied after that of cpu 1, where the task then kept NET_RX waiting:
    //
    //   round 1   cpu1: raise 100 ms … entry 140 ms     (the wait is found; the task is still called bash)
    //   round 2   cpu0: COMM exact, at 50 ms
    //   round 3   nothing: the wait is judged
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_name_that_stands_in_another_cpus_ring_is_the_culprits_name_all_the_same(bool more)
    {
        const byte BottomHalvesOff = 0x80;
        const int Millisecond = 1_000_000;
        var file = Waits().Record(3, 0, U32(5), U32(5), Padded("bash", 16), Trailer(0, id: 1)).Record(9, 1, Body(1, 100 * Millisecond, Softirq(3, BottomHalvesOff)));
        for (int ms = 101; ms < 140; ms++)
            file.Record(9, 1, Body(1, ms * Millisecond, Softirq(1, BottomHalvesOff | 0x08)));
        file.Record(9, 1, Body(2, 140 * Millisecond, Softirq(3))).Record(9, 1, Body(2, 190 * Millisecond, Softirq(1))).Record(68, 0)
            .Record(3, 1 << 13, U32(5), U32(5), Padded("exact", 16), Trailer(50 * Millisecond, cpu: 0, id: 1)).Record(68, 0);
        if (more)
            file.Record(9, 1, Body(1, 200 * Millisecond, Softirq(1))).Record(68, 0);

        var reader = new PerfDataReader(new MemoryBytes("test.data", file.Build()));
        reader.Recording.SideRecordsFollow = true;
        var diagnosis = new Diagnosis(reader.Recording, DiagnosisOptions.Default);
        reader.ReadTo(diagnosis);

        Assert.Equal("exact", Assert.Single(diagnosis.Conclude().Stalls).Culprit?.Comm);
    }

    [Theory]
    [InlineData(0x000, SwitchDoor.Runnable)]
    [InlineData(0x001, SwitchDoor.Gone)]
    [InlineData(0x002, SwitchDoor.Gone)]
    [InlineData(0x100, SwitchDoor.Preempted)]
    [InlineData(0x1000, SwitchDoor.Preempted)]
    public void A_task_leaves_by_a_door(long state, SwitchDoor door)
    {
        var formats = Formats(("sched", Format("sched_switch", 314,
            "\tfield:char prev_comm[16];\toffset:8;\tsize:16;\tsigned:0;\n\tfield:pid_t prev_pid;\toffset:24;\tsize:4;\tsigned:1;\n\tfield:int prev_prio;\toffset:28;\tsize:4;\tsigned:1;\n"
            + "\tfield:long prev_state;\toffset:32;\tsize:8;\tsigned:1;\n\tfield:char next_comm[16];\toffset:40;\tsize:16;\tsigned:0;\n"
            + "\tfield:pid_t next_pid;\toffset:56;\tsize:4;\tsigned:1;\n\tfield:int next_prio;\toffset:60;\tsize:4;\tsigned:1;\n")));
        byte[] raw = [.. U64(0), .. Padded("a 12 b", 16), .. U32(5), .. U32(120), .. U64((ulong)state), .. Padded("ksoftirqd/3", 16), .. U32(30), .. U32(98)];
        var seen = new PerfDataBuilder().Attr(2, 314, Tracepoint, [1], period: 1).Feature(1, formats).Record(9, 1, Body(1, 10, raw)).Read();

        var e = Assert.Single(seen.Events).Event;
        var names = seen.Recording.Names;
        Assert.Equal(
            (5, 120, door, "a 12 b", 30, 98, "ksoftirqd/3", true),
            (e.Tid.Value, e.PreviousPriority, e.Door, names.Text(e.PreviousComm)!, e.NextTid.Value, e.NextPriority, names.Text(e.NextComm)!, e.NamesTasks));
    }

    [Fact]
    public void A_pipe_brings_attrs_names_and_formats_as_records()
    {
        byte[] Attr(ulong config, ulong id)
        {
            var attr = new byte[136];
            U32(2).CopyTo(attr, 0);
            U32(136).CopyTo(attr, 4);
            U64(config).CopyTo(attr, 8);
            U64(1).CopyTo(attr, 16);
            U64(Tracepoint).CopyTo(attr, 24);
            U64(1ul << 18).CopyTo(attr, 40);
            return [.. attr, .. U64(id)];
        }
        int padding = (8 - RaiseAndEntry.Length % 8) % 8;
        byte[] records = new PerfDataBuilder()
            .Record(64, 0, Attr(143, 1)).Record(64, 0, Attr(145, 2))
            .Record(66, 0, U32(RaiseAndEntry.Length + padding)).Bytes([.. RaiseAndEntry, .. new byte[padding]])
            .Record(9, 1, Body(1, 10, Softirq(3))).Record(9, 1, Body(2, 20, Softirq(3))).Records;
        byte[] pipe = [.. "PERFILE2"u8, .. U64(16), .. records];

        foreach (int piece in (int[])[1, 7, 100_000])
        {
            var reader = new PerfDataReader(new Trickle(pipe, piece));
            var seen = new Seen(reader.Recording);
            NetStall.Recordings.RecordingReading.ReadTo(reader, seen);
            Assert.Equal([EventKind.SoftirqRaise, EventKind.SoftirqEntry], seen.Events.Select(e => e.Event.Kind));
            Assert.Empty(seen.Recording.Flaws.First);
        }
    }
}

/// <summary>A pipe whose writer is slow: it brings a few bytes at a time.</summary>
sealed class Trickle(byte[] bytes, int piece) : NetStall.Recordings.IByteSource
{
    int _at;

    public string Name => "standard input";
    public long? Length => null;

    public int Read(Span<byte> into)
    {
        int n = Math.Min(Math.Min(piece, into.Length), bytes.Length - _at);
        bytes.AsSpan(_at, n).CopyTo(into);
        _at += n;
        return n;
    }

    public int ReadAt(long offset, Span<byte> into) => throw new NotSupportedException();
}
