// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using NetStall.Model;
using NetStall.Recordings;
using NetStall.Symbols;

namespace NetStall.PerfData;

/// <summary>Turns single records into events, and side records into what the recording knows.</summary>
sealed class RecordDecoder(Recording recording, EventRegistry events, AddressSpaces spaces)
{
    long _samples, _foreignIds, _cut, _timeless, _cpuless;
    long _lostInRings, _lostByCounters;
    bool _lazyResched;
    bool _releaseKnown;

    // The hot path: a file of 98 MB holds 353,000 of these.
    public void ReadSample(ReadOnlySpan<byte> record, IEventSink sink)
    {
        _samples++;
        var e = events.OfSample(record);
        if (e is null)
        {
            _foreignIds++;
            return;
        }
        var layout = e.Layout;
        if (record.Length < layout.FixedEnd)
        {
            _cut++;
            return;
        }
        if (layout.Time < 0)
        {
            _timeless++;
            return;
        }

        var time = new KernelTime(BinaryPrimitives.ReadInt64LittleEndian(record[layout.Time..]));
        var cpu = new CpuId(layout.Cpu >= 0 ? BinaryPrimitives.ReadInt32LittleEndian(record[layout.Cpu..]) : -1);
        if (layout.Cpu < 0)
            _cpuless++;
        var pid = new Pid(-1);
        var tid = Tid.Unknown;
        if (layout.Tid >= 0)
        {
            pid = new Pid(BinaryPrimitives.ReadInt32LittleEndian(record[layout.Tid..]));
            tid = new Tid(BinaryPrimitives.ReadInt32LittleEndian(record[(layout.Tid + 4)..]));
        }

        if (!layout.TryReadVariable(record, out var chain, out var raw, out ulong cgroup))
        {
            _cut++;
            return;
        }

        if (e.Decoder is { } decoder)
        {
            recording.TracepointCount++;
            var (flags, depth) = Context(raw);
            var head = new EventHead(time, cpu, pid, tid, flags, depth, new CgroupId(cgroup));
            if (!decoder.TryDecode(head, raw, recording.Names, out var decoded, out ulong address))
            {
                _cut++;
                return;
            }
            if (e.IsThinned)
                OnThinned(e, record, head, sink);
            if (address != 0)
                sink.Accept(decoded, [ChainMarker.Kernel, address]);
            else
                sink.Accept(decoded, chain);
            return;
        }

        var sampled = new EventHead(time, cpu, pid, tid, Cgroup: new CgroupId(cgroup));
        if (e.SamplerIndex < 0)
        {
            if (e.Attr.Type == PerfEventAttr.TypeTracepoint)
                e.Unread++;
            sink.Accept(KernelEvent.Other(sampled), chain);
            return;
        }
        recording.SampleCount++;
        int mode = BinaryPrimitives.ReadUInt16LittleEndian(record[4..]) & PerfMisc.CpuModeMask;
        var sample = KernelEvent.Sample(sampled, mode is PerfMisc.CpuModeKernel or PerfMisc.CpuModeGuestKernel, e.SamplerIndex);
        if (chain.IsEmpty && layout.Ip >= 0)
        {
            ulong ip = BinaryPrimitives.ReadUInt64LittleEndian(record[layout.Ip..]);
            sink.Accept(sample, [sample.InKernel ? ChainMarker.Kernel : ChainMarker.User, ip]);
        }
        else
        {
            sink.Accept(sample, chain);
        }
    }

    public void ReadOther(PerfRecordType type, ReadOnlySpan<byte> record, IEventSink sink)
    {
        int misc = BinaryPrimitives.ReadUInt16LittleEndian(record[4..]);
        switch (type)
        {
            case PerfRecordType.Comm when record.Length >= 16:
                ReadComm(record, misc);
                break;
            case PerfRecordType.Fork when record.Length >= 32:
                ReadFork(record);
                break;
            case PerfRecordType.Mmap when record.Length >= 40:
                ReadMmap(record, record[40..]);
                break;
            case PerfRecordType.Mmap2 when record.Length >= 72:
                ReadMmap(record, record[72..]);
                if ((misc & PerfMisc.Bit14) != 0)
                    ReadBuildId(record);
                break;
            case PerfRecordType.Ksymbol when record.Length >= 24:
                const int Unregister = 1;
                spaces.OnKsymbol(
                    U64(record, 8), BinaryPrimitives.ReadUInt32LittleEndian(record[16..]), PerfFeatures.Text(record[24..]),
                    (BinaryPrimitives.ReadUInt16LittleEndian(record[22..]) & Unregister) != 0, Trailer(record).Time);
                break;
            case PerfRecordType.Cgroup when record.Length >= 16:
                recording.Cgroups.OnCgroup(new CgroupId(U64(record, 8)), PerfFeatures.Text(record[16..]));
                break;
            case PerfRecordType.Lost when record.Length >= 24:
                OnLost(record, U64(record, 16), sink);
                break;
            case PerfRecordType.LostSamples when record.Length >= 16:
                // With misc bit 15 they were not lost: a filter (perf record --filter, by BPF) left them out.
                if ((misc & (1 << 15)) == 0)
                    OnLost(record, U64(record, 8), sink);
                break;
            case PerfRecordType.ThreadMap when record.Length >= 24:
                // u64 count · each: u64 pid, char comm[16]
                if (I32(record, 16) != -1)
                    events.OnTaskWatched();
                break;
            case PerfRecordType.Throttle or PerfRecordType.Unthrottle:
                if (type == PerfRecordType.Throttle)
                    recording.ThrottleCount++;
                if (Trailer(record) is { Cpu.Value: >= 0 } throttled)
                    sink.Accept(KernelEvent.LostOrThrottled(throttled, type == PerfRecordType.Throttle ? EventKind.Throttle : EventKind.Unthrottle, 0), default);
                break;
            case PerfRecordType.SwitchCpuWide when record.Length >= 16:
                ReadSwitch(record, misc, sink);
                break;
        }
    }

    /// <summary>Says once, at the end, what happened often.</summary>
    public void Finish()
    {
        var flaws = recording.Flaws;
        if (_foreignIds > 0)
        {
            flaws.Add("", events.IsAmbiguous
                ? $"{_foreignIds} samples cannot be told apart: the events put their ids in different places"
                : $"{_foreignIds} samples carry an id that no event has", "they are left out");
        }
        if (_cut > 0)
            flaws.Add("", $"{_cut} samples contradict their own size", "they are left out");
        if (_timeless > 0)
            flaws.Add("", $"{_timeless} samples carry no time", "they are left out; record whole CPUs (`perf record -a`), then all of them do");
        else if (_cpuless > 0)
            flaws.Add("", $"{_cpuless} samples do not say on which CPU they were taken", "no CPU can be judged by them; record whole CPUs: `perf record -a`");
        if (_samples == 0)
            flaws.Add("", "not one sample or tracepoint was recorded", "there is nothing to judge");
        else
            TellOfTracepoints(flaws);
        foreach (var sampler in recording.Samplers)
        {
            if (!sampler.SeesAll)
            {
                flaws.Add("", $"`{sampler.Name}` did not watch whole CPUs (no -a or -C, or user, kernel or idle excluded)", "holes between its samples say nothing");
                break;
            }
        }
    }

    void TellOfTracepoints(FlawList flaws)
    {
        var tracepoints = events.All.Where(e => e.Attr.Type == PerfEventAttr.TypeTracepoint).ToList();

        void Tell(Func<RecordedEvent, bool> which, Func<RecordedEvent, long> count, string what, string consequence)
        {
            var told = tracepoints.FindAll(e => which(e));
            tracepoints.RemoveAll(e => which(e));
            if (told.Count > 0)
                flaws.Add("", $"{Names(told)} {what.Replace("#", $"{told.Sum(count)}", StringComparison.Ordinal)}", consequence);
        }

        Tell(e => e.IsThinned && e.Decoder is not null, e => e.Skipped, "recorded now and then only (-F rules tracepoints too): # times are missing",
            "they count as lost; give the sampling event a beat of its own, `-e cpu-clock/freq=999/`");
        Tell(e => e.OnlyCounts, e => 0, "only counted (perf record -n, or behind the leader of a group {…}:S)", "that tells no waits; record it by itself");
        Tell(e => e.Decoder is null && events.WatchesTasks, e => 0, "recorded of single tasks, not of whole CPUs", "that tells no waits; record with `perf record -a`");
        Tell(e => e.Unread > 0, e => e.Unread, "recorded, but the formats are not in the file, which was cut off or never finished", "these records tell only that something happened");
    }

    static string Names(List<RecordedEvent> tracepoints)
    {
        const int Most = 8;
        string names = string.Join(", ", tracepoints.Take(Most).Select(e => e.Name is { } name ? $"`{name}`" : $"tracepoint {e.Attr.Config}"));
        return $"{names}{(tracepoints.Count > Most ? $" and {tracepoints.Count - Most} more" : "")} {(tracepoints.Count > 1 ? "were" : "was")}";
    }

    // struct trace_entry: u16 type, u8 flags, u8 preempt_count, s32 pid (include/linux/trace_events.h).
    // 0x02 meant "this architecture cannot tell" (IRQS_NOSUPPORT) until 6.12 and means NEED_RESCHED_LAZY since 6.13.
    (ContextFlags Flags, byte Depth) Context(ReadOnlySpan<byte> raw)
    {
        if (raw.Length < 8)
            return default;
        if (!_releaseKnown)
        {
            _releaseKnown = true;
            _lazyResched = KernelRelease.Parse(recording.KernelRelease) is { } release && release >= new KernelRelease(6, 13);
        }
        int bits = raw[2];
        var flags = ContextFlags.Known;
        if ((bits & 0x01) != 0)
            flags |= ContextFlags.InterruptsOff;
        if ((bits & 0x02) != 0 && _lazyResched)
            flags |= ContextFlags.NeedReschedLazy;
        if ((bits & 0x04) != 0)
            flags |= ContextFlags.NeedResched;
        if ((bits & 0x08) != 0)
            flags |= ContextFlags.HardIrq;
        if ((bits & 0x10) != 0)
            flags |= ContextFlags.SoftIrq;
        if ((bits & 0x20) != 0)
            flags |= ContextFlags.PreemptResched;
        if ((bits & 0x40) != 0)
            flags |= ContextFlags.Nmi;
        if ((bits & 0x80) != 0)
            flags |= ContextFlags.BottomHalvesOff;
        return (flags, (byte)(raw[3] & 0x0f));
    }

    void ReadComm(ReadOnlySpan<byte> record, int misc)
    {
        var pid = new Pid(I32(record, 8));
        var time = Trailer(record).Time;
        recording.Tasks.OnComm(time, pid, new Tid(I32(record, 12)), recording.Names.Intern(record[16..]));
        if ((misc & PerfMisc.Bit13) != 0)
            spaces.OnExec(pid, time);
    }

    void ReadFork(ReadOnlySpan<byte> record)
    {
        var pid = new Pid(I32(record, 8));
        var parent = new Pid(I32(record, 12));
        var time = new KernelTime(BinaryPrimitives.ReadInt64LittleEndian(record[24..]));
        recording.Tasks.OnFork(time, pid, new Tid(I32(record, 16)), new Tid(I32(record, 20)));
        if (pid != parent)
            spaces.OnFork(pid, parent, time);
    }

    void ReadMmap(ReadOnlySpan<byte> record, ReadOnlySpan<byte> name)
    {
        int mode = BinaryPrimitives.ReadUInt16LittleEndian(record[4..]) & PerfMisc.CpuModeMask;
        var pid = new Pid(I32(record, 8));
        string file = PerfFeatures.Text(name);
        bool inKernel = mode == PerfMisc.CpuModeKernel;
        spaces.OnMmap(pid, Trailer(record).Time, U64(record, 16), U64(record, 24), U64(record, 32), file, inKernel);
    }

    // perf record --buildid-mmap: u8 size, 3 reserved, 20 bytes of build id stand where device and inode stood.
    void ReadBuildId(ReadOnlySpan<byte> record)
    {
        const string Kernel = "[kernel.kallsyms]";
        int size = Math.Min((int)record[40], 20);
        string file = PerfFeatures.Text(record[72..]);
        if (size > 0)
            spaces.OnBuildId(file.StartsWith(Kernel, StringComparison.Ordinal) ? Kernel : file, Convert.ToHexStringLower(record.Slice(44, size)));
    }

    // A ring that was full says so when there is room again: LOST (or LOST_SAMPLES of the hardware), with time and CPU. At its end
    // perf reads what each counter lost in all (PERF_FORMAT_LOST) and writes that as LOST_SAMPLES too, at no time: the same losses
    // once more, and those after which no room came.
    void OnLost(ReadOnlySpan<byte> record, ulong count, IEventSink sink)
    {
        int lost = (int)Math.Min(count, int.MaxValue);
        var head = Trailer(record);
        long before = Math.Max(_lostInRings, _lostByCounters);
        if (head.Time == default)
            _lostByCounters += lost;
        else
            _lostInRings += lost;
        recording.LostRecords += Math.Max(_lostInRings, _lostByCounters) - before;
        if (head.Time != default && head.Cpu.Value >= 0)
            sink.Accept(KernelEvent.LostOrThrottled(head, EventKind.Lost, lost), default);
    }

    // The tracepoint was passed `period` times since its last record: all but this one are missing, as if they were lost.
    void OnThinned(RecordedEvent e, ReadOnlySpan<byte> record, in EventHead head, IEventSink sink)
    {
        ulong period = e.Layout.Period >= 0 ? U64(record, e.Layout.Period) : e.Attr.IsFrequency ? 2 : e.Attr.PeriodOrFrequency;
        if (period <= 1)
            return;
        int skipped = (int)Math.Min(period - 1, int.MaxValue);
        e.Skipped += skipped;
        recording.LostRecords += skipped;
        sink.Accept(KernelEvent.LostOrThrottled(head, EventKind.Lost, skipped), default);
    }

    // perf record --switch-events: SWITCH_CPU_WIDE carries the other task; who leaves (OUT) or comes (IN) is in the trailer.
    void ReadSwitch(ReadOnlySpan<byte> record, int misc, IEventSink sink)
    {
        bool isOut = (misc & PerfMisc.Bit13) != 0;
        var head = Trailer(record);
        if (!isOut || head.Cpu.Value < 0)
            return;
        var next = new Tid(I32(record, 12));
        var door = (misc & PerfMisc.Bit14) != 0 ? SwitchDoor.Runnable : SwitchDoor.Gone;
        sink.Accept(
            KernelEvent.Switch(head, KernelEvent.UnknownPriority, door, recording.Tasks.Find(head.Tid, head.Time).Comm,
                next, KernelEvent.UnknownPriority, recording.Tasks.Find(next, head.Time).Comm), default);
    }

    /// <summary>The sample_id trailer of a record that is no sample. CPU -1 where it has none; time 0 in synthesized records.</summary>
    EventHead Trailer(ReadOnlySpan<byte> record)
    {
        var unknown = new EventHead(default, new CpuId(-1), new Pid(-1), Tid.Unknown);
        if (events.OfOther(record)?.IdLayout is not { Size: > 0 } layout || record.Length < 8 + layout.Size)
            return unknown;
        var time = layout.Time > 0 ? new KernelTime(BinaryPrimitives.ReadInt64LittleEndian(record[^layout.Time..])) : default;
        var cpu = layout.Cpu > 0 ? new CpuId(I32(record, record.Length - layout.Cpu)) : unknown.Cpu;
        if (layout.Tid == 0)
            return unknown with { Time = time, Cpu = cpu };
        return new EventHead(time, cpu, new Pid(I32(record, record.Length - layout.Tid)), new Tid(I32(record, record.Length - layout.Tid + 4)));
    }

    static int I32(ReadOnlySpan<byte> record, int at) => BinaryPrimitives.ReadInt32LittleEndian(record[at..]);
    static ulong U64(ReadOnlySpan<byte> record, int at) => MemoryMarshal.Read<ulong>(record[at..]);
}
