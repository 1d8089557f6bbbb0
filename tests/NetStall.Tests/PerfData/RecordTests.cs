// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Recordings;
using Xunit;
using static NetStall.Tests.PerfData.PerfDataBuilder;

namespace NetStall.Tests.PerfData;

public sealed class RecordTests
{
    const ulong K = ChainMarker.Kernel, U = ChainMarker.User;

    [Theory]
    [InlineData(64)]
    [InlineData(72)]
    [InlineData(96)]
    [InlineData(128)]
    [InlineData(136)]
    [InlineData(200)]
    public void Attrs_of_every_age_are_read(int size)
    {
        var seen = new PerfDataBuilder().CpuClock(attrSize: size).Sample(100, tid: 5, cpu: 3, chain: [K, 0xffffffff81000010, U, 0x401000]).Read();

        var (e, chain) = Assert.Single(seen.Events);
        Assert.Equal((100, 3, 5, EventKind.Sample, true), (e.Time.Nanoseconds, e.Cpu.Value, e.Tid.Value, e.Kind, e.InKernel));
        Assert.Equal([K, 0xffffffff81000010, U, 0x401000], chain);
        var sampler = Assert.Single(seen.Recording.Samplers);
        Assert.Equal(("cpu-clock", 1_000_000L, true, true), (sampler.Name, sampler.Period!.Value.Nanoseconds, sampler.IsTimer, sampler.SeesAll));
    }

    [Fact]
    public void Events_are_told_apart_by_their_identifier()
    {
        var seen = new PerfDataBuilder().Attr(1, 0, Usual, [7]).Attr(1, 3, Usual, [8, 9])
            .Sample(1, id: 7).Sample(2, id: 9).Sample(3, id: 8).Read();

        Assert.Equal([EventKind.Sample, EventKind.Other, EventKind.Other], seen.Events.Select(e => e.Event.Kind));
    }

    [Fact]
    public void Events_without_identifier_are_told_apart_by_their_id_where_all_have_it_in_one_place()
    {
        const ulong WithId = Ip | TidBit | Time | Id | Cpu;
        byte[] Body(ulong id) => [.. U64(0), .. U32(5), .. U32(5), .. U64(10), .. U64(id), .. U32(0), .. U32(0)];
        var seen = new PerfDataBuilder().Attr(1, 0, WithId, [7]).Attr(1, 3, WithId, [8]).Record(9, 1, Body(8)).Record(9, 1, Body(7)).Read();

        Assert.Equal([EventKind.Other, EventKind.Sample], seen.Events.Select(e => e.Event.Kind));
    }

    [Fact]
    public void Events_that_cannot_be_told_apart_are_left_out_with_a_word()
    {
        var seen = new PerfDataBuilder().Attr(1, 0, Ip | TidBit | Time | Id | Cpu, [7]).Attr(1, 3, Ip | TidBit | Id | Cpu, [8])
            .Record(9, 1, U64(0), U64(0), U64(10), U64(7), U64(0)).Read();

        Assert.Empty(seen.Events);
        Assert.Contains("cannot be told apart", Assert.Single(seen.Recording.Flaws.First).What, StringComparison.Ordinal);
    }

    [Fact]
    public void An_id_that_no_event_has_costs_its_sample_and_no_other()
    {
        var seen = new PerfDataBuilder().Attr(1, 0, Usual, [7]).Attr(1, 3, Usual, [8]).Sample(1).Sample(2, id: 99).Sample(3).Read();

        Assert.Equal([1, 3], seen.Times);
        Assert.Equal("1 samples carry an id that no event has; they are left out", Assert.Single(seen.Recording.Flaws.First).ToString());
    }

    [Fact]
    public void Tasks_are_named_by_the_time_of_their_names()
    {
        var recording = new PerfDataBuilder().CpuClock()
            .Record(3, 0, U32(50), U32(50), Padded("old", 16), Trailer(0))
            .Record(3, 1 << 13, U32(50), U32(50), Padded("new name", 16), Trailer(500))
            .Record(7, 0, U32(51), U32(50), U32(51), U32(50), U64(600), Trailer(600))
            .Sample(1).Read().Recording;

        string? NameAt(int tid, long time) => recording.Names.Text(recording.Tasks.Find(new Tid(tid), new KernelTime(time)).Comm);
        Assert.Equal(("old", "new name", "new name"), (NameAt(50, 499), NameAt(50, 500), NameAt(51, 700)));
    }

    [Fact]
    public void Lost_records_are_counted_and_told_to_their_cpu()
    {
        var seen = new PerfDataBuilder().CpuClock()
            .Record(2, 0, U64(7), U64(40), Trailer(10, cpu: 1))
            .Record(13, 0, U64(2), Trailer(20, cpu: 1))
            .Record(5, 0, U64(30), U64(7), U64(7), Trailer(30, cpu: 1))
            .Sample(40).Read();

        Assert.Equal(42, seen.Recording.LostRecords);
        Assert.Equal(1, seen.Recording.ThrottleCount);
        Assert.Equal([EventKind.Lost, EventKind.Lost, EventKind.Throttle, EventKind.Sample], seen.Events.Select(e => e.Event.Kind));
        Assert.Equal([1, 1, 1, 0], seen.Events.Select(e => e.Event.Cpu.Value));
    }

    [Fact]
    public void A_program_that_the_kernel_compiled_has_a_name_from_then_on()
    {
        byte[] file = new PerfDataBuilder().CpuClock()
            .Record(17, 0, U64(0xffffffffc0001000), U32(256), U32(1), Padded("bpf_prog_1234_main", 24), Trailer(10)).Sample(20).Build();
        var reader = new NetStall.PerfData.PerfDataReader(new MemoryBytes("test.data", file));
        reader.ReadTo(new Seen(reader.Recording));
        var symbols = new NetStall.Symbols.RecordedSymbols(reader.Spaces, () => null);

        Assert.Equal("bpf_prog_1234_main", symbols.Resolve([K, 0xffffffffc0001010], new Pid(5), new KernelTime(20))[0].Function);
    }

    [Fact]
    public void A_map_may_carry_its_build_id()
    {
        byte[] file = new PerfDataBuilder().CpuClock()
            .Record(10, (1 << 14) | 2, U32(5), U32(5), U64(0x401000), U64(0x1000), U64(0), [4, 0, 0, 0, 0xde, 0xad, 0xbe, 0xef, .. new byte[16]], U32(5), U32(2), Padded("/usr/bin/app", 16), Trailer(1))
            .Sample(2).Build();
        var reader = new NetStall.PerfData.PerfDataReader(new MemoryBytes("test.data", file));
        reader.ReadTo(new Seen(reader.Recording));

        Assert.Equal("deadbeef", reader.Spaces.BuildId("/usr/bin/app"));
        Assert.Equal("/usr/bin/app", reader.Spaces.Find(new Pid(5), new KernelTime(2), 0x401010)?.File);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void A_sampler_that_leaves_code_out_has_holes_that_say_nothing(int excluded) =>
        Assert.False(new PerfDataBuilder().Attr(1, 0, Usual, [7], flags: (1ul << 18) | (1ul << excluded)).Sample(1).Read().Recording.Samplers[0].SeesAll);

    [Fact]
    public void An_event_that_only_counts_is_no_sampler() =>
        Assert.Empty(new PerfDataBuilder().Attr(1, 0, Usual, [7], period: 0).Sample(1).Read().Recording.Samplers);

    [Fact]
    public void A_pipe_tells_what_a_file_tells()
    {
        var builder = new PerfDataBuilder().CpuClock().Feature(3, Text("node-17")).Feature(4, Text("6.1.0")).Sample(1, tid: 8, cpu: 2, chain: [K, 0xffffffff81000010]).Sample(2);
        var (file, pipe) = (builder.Read(), Read(builder.BuildPipe()));

        Assert.Equal(file.Events.Select(e => e.Event), pipe.Events.Select(e => e.Event));
        Assert.Equal(("node-17", "6.1.0"), (pipe.Recording.Host, pipe.Recording.KernelRelease));
        Assert.Empty(pipe.Recording.Flaws.First);
    }

    [Fact]
    public void A_part_of_a_directory_is_read_with_the_main_files_events()
    {
        var reader = new NetStall.PerfData.PerfDataReader(new MemoryBytes("dir", new PerfDataBuilder().CpuClock().Sample(1).Build()));
        var part = reader.Part(new MemoryBytes("dir/data.0", new PerfDataBuilder().Sample(2).Sample(3).Bytes(9, 0, 0, 0, 1, 0, 0, 0).Records));
        var seen = new Seen(reader.Recording);
        reader.ReadTo(seen);
        part.ReadTo(seen);

        Assert.Equal([1, 2, 3], seen.Times);
        Assert.Equal("dir/data.0, offset 0x70: a record says that it is 0 bytes long, which none can be; 8 bytes are passed over", Assert.Single(seen.Recording.Flaws.First).ToString());
    }

    [Fact]
    public void What_perf_sums_up_at_its_end_is_not_lost_twice_and_did_not_happen_at_time_zero()
    {
        var seen = new PerfDataBuilder().CpuClock().Sample(5)
            .Record(2, 0, U64(7), U64(40), Trailer(10, cpu: 1))
            .Record(13, 0, U64(30), Trailer(0, tid: 0)).Record(13, 0, U64(13), Trailer(0, tid: 0)).Read();

        Assert.Equal(43, seen.Recording.LostRecords);
        Assert.Equal([5, 10], seen.Times);
    }

    [Fact]
    public void What_a_filter_left_out_is_not_lost() =>
        Assert.Equal(0, new PerfDataBuilder().CpuClock().Sample(5).Record(13, 1 << 15, U64(30), Trailer(10)).Read().Recording.LostRecords);

    [Fact]
    public void A_recording_of_nothing_says_so() =>
        Assert.Equal("not one sample or tracepoint was recorded; there is nothing to judge", Assert.Single(new PerfDataBuilder().CpuClock().Record(68, 0).Read().Recording.Flaws.First).ToString());

    [Fact]
    public void Samples_without_a_cpu_say_that_no_cpu_can_be_judged_by_them()
    {
        var recording = new PerfDataBuilder().Attr(1, 0, Ip | TidBit | Time, [7]).Record(9, 1, U64(0), U64(0), U64(1)).Read().Recording;
        Assert.Contains(recording.Flaws.First, f => f.ToString() == "1 samples do not say on which CPU they were taken; no CPU can be judged by them; record whole CPUs: `perf record -a`");
    }

    [Fact]
    public void Maps_name_the_file_behind_an_address_at_its_time()
    {
        var reader = new NetStall.PerfData.PerfDataReader(new MemoryBytes("test.data", new PerfDataBuilder().CpuClock()
            .Record(1, 2, U32(50), U32(50), U64(0x400000), U64(0x1000), U64(0x2000), Padded("/bin/old", 16), Trailer(10))
            .Record(10, 2, U32(50), U32(50), U64(0x400000), U64(0x1000), U64(0x3000), new byte[32], Padded("/bin/new", 16), Trailer(20))
            .Record(4, 0, U32(50), U32(1), U32(50), U32(1), U64(30), Trailer(30)).Sample(40).Build()));
        reader.ReadTo(new Seen(reader.Recording));

        Assert.Equal(("/bin/old", 0x2010ul), (reader.Spaces.Find(new Pid(50), new KernelTime(15), 0x400010)!.Value.File, reader.Spaces.Find(new Pid(50), new KernelTime(15), 0x400010)!.Value.OffsetInFile(0x400010)));
        Assert.Equal("/bin/new", reader.Spaces.Find(new Pid(50), new KernelTime(25), 0x400010)!.Value.File);
    }

    [Fact]
    public void A_file_whose_features_are_cut_off_says_what_may_be_unknown()
    {
        byte[] whole = new PerfDataBuilder().CpuClock().Sample(1).Feature(3, Text("node-17")).Feature(4, Text("6.1.0")).Build();
        var seen = Read(whole[..^70]);

        Assert.Equal([1], seen.Times);
        Assert.Equal("features: the end of the file is missing; host, kernel or tracepoint formats may not be known", Assert.Single(seen.Recording.Flaws.First).ToString());
    }

    [Fact]
    public void Ids_that_stretch_over_the_whole_file_for_every_event_are_read_once()
    {
        var builder = new PerfDataBuilder();
        for (int i = 0; i < 3000; i++)
            builder.Attr(1, 0, Usual, [7]);
        byte[] file = builder.Sample(1).Build();
        for (int i = 0; i < 3000; i++)
        {
            BitConverter.TryWriteBytes(file.AsSpan(104 + 152 * i + 136), 0ul);
            BitConverter.TryWriteBytes(file.AsSpan(104 + 152 * i + 144), (ulong)file.Length);
        }
        long before = GC.GetAllocatedBytesForCurrentThread();
        Read(file);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000_000);
    }

    [Fact]
    public void Perfs_own_clock_has_a_name() => Assert.Equal("perf clock", new PerfDataBuilder().CpuClock().Sample(1).Read().Recording.Clock.Name);

    [Fact]
    public void Perfs_own_switch_records_are_switches()
    {
        var seen = new PerfDataBuilder().Attr(1, 0, Usual, [7], flags: (1ul << 18) | (1ul << 26))
            .Record(15, 1 << 13, U32(9), U32(9), Trailer(10, tid: 5, cpu: 2))
            .Record(15, 0, U32(5), U32(5), Trailer(11, tid: 9, cpu: 2)).Read();

        var e = Assert.Single(seen.Events).Event;
        Assert.Equal((EventKind.SchedSwitch, 5, 9, SwitchDoor.Gone, KernelEvent.UnknownPriority), (e.Kind, e.Tid.Value, e.NextTid.Value, e.Door, e.NextPriority));
    }

    [Fact]
    public void Cgroups_have_paths()
    {
        var recording = new PerfDataBuilder().CpuClock().Record(19, 0, U64(365), Padded("/kubepods/pod1", 24), Trailer(1)).Sample(2).Read().Recording;
        Assert.Equal("/kubepods/pod1", recording.Cgroups.PathOf(new CgroupId(365)));
    }

    [Fact]
    public void The_bytes_behind_an_auxtrace_record_are_not_records()
    {
        var seen = new PerfDataBuilder().CpuClock().Sample(1)
            .Record(71, 0, U64(24), U64(0), U64(0), U64(0), U64(0)).Bytes(new byte[24])
            .Sample(2).Read();

        Assert.Equal([1, 2], seen.Times);
        Assert.Empty(seen.Recording.Flaws.First);
    }

    [Fact]
    public void Unknown_records_are_passed_over_by_their_size()
    {
        var seen = new PerfDataBuilder().CpuClock().Sample(1).Record(57, 3, new byte[40]).Record(16, 0, new byte[64]).Record(18, 0, new byte[32]).Record(4711, 0, new byte[8]).Sample(2).Read();
        Assert.Equal([1, 2], seen.Times);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void A_record_that_cannot_be_so_small_costs_only_its_own_bytes(byte size)
    {
        var seen = new PerfDataBuilder().CpuClock().Sample(1).Bytes(9, 0, 0, 0, 1, 0, size, 0, 1, 2, 3, 4, 5, 6, 7, 8).Sample(2).Sample(3).Read();

        Assert.Equal([1, 2, 3], seen.Times);
        Assert.Contains($"a record says that it is {size} bytes long, which none can be", Assert.Single(seen.Recording.Flaws.First).What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_call_chain_longer_than_its_record_costs_that_sample()
    {
        var seen = new PerfDataBuilder().CpuClock().Sample(1)
            .Record(9, 1, U64(7), U64(0), U32(5), U32(5), U64(2), U32(0), U32(0), U64(1ul << 60), U64(1))
            .Sample(3).Read();

        Assert.Equal([1, 3], seen.Times);
        Assert.Equal("1 samples contradict their own size; they are left out", Assert.Single(seen.Recording.Flaws.First).ToString());
    }

    [Fact]
    public void Raw_data_longer_than_its_record_costs_that_sample()
    {
        var seen = new PerfDataBuilder().Attr(1, 0, Ip | TidBit | Time | Cpu | Raw, [7])
            .Record(9, 1, U64(0), U32(5), U32(5), U64(2), U32(0), U32(0), U32(-1), U32(0)).Read();

        Assert.Empty(seen.Events);
        Assert.Single(seen.Recording.Flaws.First);
    }

    [Fact]
    public void A_file_that_ends_within_a_record_loses_that_record_and_says_so()
    {
        byte[] whole = new PerfDataBuilder().CpuClock().Sample(1).Sample(2).Build();
        var seen = Read(whole[..^10]);

        Assert.Equal([1], seen.Times);
        Assert.Contains(seen.Recording.Flaws.First, f => f.Consequence == "the recording is cut off; what is there is judged");
        Assert.Contains(seen.Recording.Flaws.First, f => f.What == "the file ends in the middle of a record");
    }

    [Fact]
    public void A_recorder_that_was_killed_left_no_size_and_its_records_are_read_all_the_same()
    {
        var seen = Read(new PerfDataBuilder().CpuClock().Sample(1).Sample(2).Build(dataSize: 0));

        Assert.Equal([1, 2], seen.Times);
        Assert.Contains(seen.Recording.Flaws.First, f => f.What == "the recorder never wrote how much it recorded (it was killed)");
    }

    [Fact]
    public void Samples_without_a_time_are_left_out_with_the_way_out()
    {
        var seen = new PerfDataBuilder().Attr(1, 0, Ip | TidBit | Cpu, [7]).Record(9, 1, U64(0), U64(0), U64(0)).Read();

        Assert.Empty(seen.Events);
        Assert.Contains(seen.Recording.Flaws.First, f => f.Consequence == "they are left out; record whole CPUs (`perf record -a`), then all of them do");
    }

    [Fact]
    public void A_recording_of_single_tasks_says_that_its_holes_mean_nothing()
    {
        var recording = new PerfDataBuilder().Attr(1, 0, Ip | TidBit | Time, [7]).Record(9, 1, U64(0), U64(0), U64(1)).Read().Recording;

        Assert.False(recording.Samplers[0].SeesAll);
        Assert.Contains(recording.Flaws.First, f => f.Consequence == "holes between its samples say nothing");
    }

    [Fact]
    public void Rounds_are_handed_on() => Assert.Equal(2, new PerfDataBuilder().CpuClock().Sample(1).Record(68, 0).Sample(2).Record(68, 0).Read().Rounds);

    [Fact]
    public void The_head_tells_host_kernel_cpus_and_clock()
    {
        var recording = new PerfDataBuilder().CpuClock().Sample(1)
            .Feature(3, Text("node-17")).Feature(4, Text("6.1.0-50-cloud-amd64")).Feature(6, Text("x86_64")).Feature(7, [.. U32(8), .. U32(6)])
            .Feature(29, [.. U32(1), .. U32(1), .. U64(1_000_000_000_000), .. U64(5_000)]).Read().Recording;

        Assert.Equal(("node-17", "6.1.0-50-cloud-amd64", "x86_64", 6, "CLOCK_MONOTONIC"), (recording.Host, recording.KernelRelease, recording.Architecture, recording.CpusOnline, recording.Clock.Name));
        Assert.Equal("1970-01-01T00:16:40.000001000Z", NetStall.Reports.WallClock.Utc(recording.Clock, new KernelTime(6_000)));
    }

    [Fact]
    public void A_32_bit_recording_is_refused()
    {
        var e = Assert.Throws<UnreadableRecordingException>(() => new PerfDataBuilder().CpuClock().Sample(1).Feature(6, Text("armv7l")).Read());
        Assert.Equal("test.data was recorded on a 32-bit machine (armv7l), which netstall does not read. Use `perf script -i FILE | netstall analyze -` there.", e.Message);
    }

    [Theory]
    [InlineData(0ul)]
    [InlineData(17ul)]
    [InlineData(1ul << 60)]
    public void Attrs_of_an_impossible_size_are_refused(ulong size)
    {
        var e = Assert.Throws<UnreadableRecordingException>(() => Read(new PerfDataBuilder().CpuClock().Sample(1).Build(attrSize: size)));
        Assert.Contains("the file is damaged", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Anything_may_stand_anywhere_and_nothing_is_thrown_but_a_refusal()
    {
        byte[] good = new PerfDataBuilder().CpuClock()
            .Record(3, 0, U32(50), U32(50), Padded("task", 16), Trailer(0)).Sample(1, chain: [K, 1, 2, 3]).Record(2, 0, U64(7), U64(40), Trailer(10))
            .Record(81, 0, new byte[32]).Record(71, 0, U64(8), U64(0)).Bytes(new byte[8]).Sample(2)
            .Feature(3, Text("host")).Feature(12, [.. U32(1), .. U32(136), .. new byte[136], .. U32(1), .. Text("cpu-clock"), .. U64(7)]).Build();
        var random = new Random(1);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bad = (byte[])good.Clone();
            for (int k = random.Next(1, 6); k > 0; k--)
                bad[random.Next(bad.Length)] = (byte)(random.Next(4) switch { 0 => 0, 1 => 255, 2 => random.Next(256), _ => 1 << random.Next(8) });
            if (random.Next(3) == 0)
                bad = bad[..random.Next(bad.Length)];
            try
            {
                Read(bad);
            }
            catch (UnreadableRecordingException e)
            {
                Assert.EndsWith(".", e.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void A_cpu_that_no_kernel_has_is_left_out_with_a_word()
    {
        var reader = new NetStall.PerfData.PerfDataReader(new MemoryBytes("test.data", new PerfDataBuilder().CpuClock().Sample(1, cpu: 3).Sample(2, cpu: 8192).Sample(3, cpu: int.MaxValue).Build()));
        var diagnosis = new NetStall.Verdicts.Diagnosis(reader.Recording, NetStall.Verdicts.DiagnosisOptions.Default);
        reader.ReadTo(diagnosis);

        Assert.Equal([new CpuId(3)], diagnosis.Conclude().Coverage.Cpus);
        Assert.Equal("2 events name a CPU over 8191, which no kernel has; they are left out", Assert.Single(reader.Recording.Flaws.First).ToString());
    }
}
