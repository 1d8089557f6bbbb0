// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using NetStall.Model;
using NetStall.Recordings;

namespace NetStall.PerfData;

/// <summary>All events of one perf.data, found by the ids that its records carry.</summary>
sealed class EventRegistry(Recording recording)
{
    const uint SoftwareCpuClock = 0;
    const uint SoftwareTaskClock = 1;

    /// <summary>perf needs a descriptor for each on every CPU; more are only in files made to hurt.</summary>
    const int MostEvents = 4096;

    readonly List<RecordedEvent> _events = [];
    readonly Dictionary<ulong, RecordedEvent> _byId = [];
    IReadOnlyDictionary<int, TraceEventFormat> _formats = new Dictionary<int, TraceEventFormat>();
    ulong _lastId;
    RecordedEvent? _lastEvent;
    bool _resolved;

    // The place of the id in samples and in trailers when all events agree on it; else -1.
    int _sampleId = -1;
    bool _trailerIdentifier;

    public int Count => _events.Count;

    public IReadOnlyList<RecordedEvent> All => _events;

    /// <summary>Single tasks were watched instead of whole CPUs (no -a or -C): of the rest of a CPU's time nothing is known.</summary>
    public bool WatchesTasks { get; private set; }

    public RecordedEvent? First => _events.Count > 0 ? _events[0] : null;

    /// <summary>The recording cannot tell its events apart: their samples put the id in different places.</summary>
    public bool IsAmbiguous { get; private set; }

    public RecordedEvent Add(PerfEventAttr attr, ReadOnlySpan<byte> ids)
    {
        if (_events.Count == MostEvents)
            return _events[0];
        var added = new RecordedEvent(attr);
        _events.Add(added);
        AddIds(added, ids);
        _resolved = false;
        return added;
    }

    public void OnDescription(PerfEventAttr attr, string name, ReadOnlySpan<byte> ids)
    {
        var e = FindByIds(ids) ?? FindByAttr(attr) ?? Add(attr, ids);
        e.Name ??= name;
        AddIds(e, ids);
        _resolved = false;
    }

    public void OnName(ulong id, string name)
    {
        if (_byId.TryGetValue(id, out var e))
            e.Name = name;
    }

    /// <summary>THREAD_MAP names the tasks that were watched; pid -1 is all.</summary>
    public void OnTaskWatched()
    {
        if (WatchesTasks)
            return;
        WatchesTasks = true;
        // Some may have been taken for witnesses of whole CPUs already.
        foreach (var e in _events)
        {
            if (e.Decoder is { } decoder)
                recording.Kinds.Remove(decoder.Kind);
            e.Decoder = null;
        }
        for (int i = 0; i < recording.Samplers.Count; i++)
            recording.Samplers[i] = recording.Samplers[i] with { SeesAll = false };
        _resolved = false;
    }

    /// <summary>Takes note of what was asked for, also where nothing of it came.</summary>
    public void EnsureResolved()
    {
        if (!_resolved)
            Resolve();
    }

    public void OnTracingData(TracingData data, FlawList flaws)
    {
        if (data.Trouble is { } trouble)
            flaws.Add("tracing data", trouble, "tracepoints described after that place are not understood");
        _formats = data.Formats;
        Kallsyms = data.Kallsyms;
        _resolved = false;
    }

    /// <summary>The node's kallsyms text if tracing data carried it; usually empty.</summary>
    public byte[] Kallsyms { get; private set; } = [];

    /// <summary>Whose sample this is; null when no event has its id.</summary>
    public RecordedEvent? OfSample(ReadOnlySpan<byte> record)
    {
        EnsureResolved();
        if (_events.Count == 1)
            return _events[0];
        if (_sampleId < 0 || _sampleId + 8 > record.Length)
            return null;
        return ById(BinaryPrimitives.ReadUInt64LittleEndian(record[_sampleId..]));
    }

    /// <summary>By whose layout the trailer of a record that is no sample is to be read.</summary>
    public RecordedEvent? OfOther(ReadOnlySpan<byte> record)
    {
        EnsureResolved();
        if (_trailerIdentifier && record.Length >= 16)
        {
            ulong id = BinaryPrimitives.ReadUInt64LittleEndian(record[^8..]);
            if (id != 0 && ById(id) is { } known)
                return known;
        }
        return First;
    }

    RecordedEvent? ById(ulong id)
    {
        if (id == _lastId && _lastEvent is not null)
            return _lastEvent;
        if (!_byId.TryGetValue(id, out var e))
            return null;
        _lastId = id;
        _lastEvent = e;
        return e;
    }

    public void AddIds(RecordedEvent e, ReadOnlySpan<byte> ids)
    {
        for (; ids.Length >= 8; ids = ids[8..])
            _byId.TryAdd(BinaryPrimitives.ReadUInt64LittleEndian(ids), e);
    }

    RecordedEvent? FindByIds(ReadOnlySpan<byte> ids) =>
        ids.Length >= 8 ? _byId.GetValueOrDefault(BinaryPrimitives.ReadUInt64LittleEndian(ids)) : null;

    RecordedEvent? FindByAttr(PerfEventAttr attr)
    {
        foreach (var e in _events)
        {
            if (e.Name is null && e.Attr.Type == attr.Type && e.Attr.Config == attr.Config)
                return e;
        }
        return null;
    }

    void Resolve()
    {
        _resolved = true;
        _sampleId = -1;
        IsAmbiguous = false;
        _trailerIdentifier = _events.Count > 0;
        foreach (var e in _events)
            WatchesTasks |= e.Attr.EnableOnExec;
        foreach (var e in _events)
        {
            if ((e.Attr.SampleType & SampleType.Identifier) == 0)
                _trailerIdentifier = false;
            if (_sampleId < 0)
                _sampleId = e.Layout.Id;
            if (e.Layout.Id != _sampleId)
                IsAmbiguous = true;
            Classify(e);
        }
        if (_events.Count > 1 && (_sampleId < 0 || IsAmbiguous))
        {
            IsAmbiguous = true;
            _sampleId = -1;
        }
    }

    void Classify(RecordedEvent e)
    {
        var attr = e.Attr;
        if (recording.Clock.Name is null)
            recording.Clock = recording.Clock with { Name = attr.UseClockId ? PerfFeatures.ClockName(attr.ClockId) : "perf clock" };
        recording.RingsRunBackward |= attr.WritesBackward;
        if (attr.RecordsSwitches)
            recording.Kinds.Add(EventKind.SchedSwitch);
        if (attr.Type == PerfEventAttr.TypeTracepoint)
        {
            if (e.Decoder is null && _formats.TryGetValue((int)attr.Config, out var format))
            {
                e.Name ??= format.FullName;
                // What happens to one task tells neither when a CPU's softirq was raised nor when it was served.
                if (WatchesTasks || e.OnlyCounts)
                    return;
                e.Decoder = TracepointDecoder.For(format);
                recording.Kinds.Add(e.Decoder.Kind);
                recording.TracepointsThinned |= e.IsThinned;
            }
            return;
        }
        if (e.SamplerIndex < 0 && !e.OnlyCounts && BeatName(e) is { } name)
        {
            e.SamplerIndex = recording.Samplers.Count;
            recording.Samplers.Add(new Sampler(e.Name ?? name, BeatPeriod(attr), IsTimer(attr), SeesAll(e)));
            recording.Kinds.Add(EventKind.Sample);
        }
    }

    static bool IsTimer(PerfEventAttr attr) =>
        attr.Type == PerfEventAttr.TypeSoftware && attr.Config is SoftwareCpuClock or SoftwareTaskClock;

    // An event without CPU in its samples was recorded per task: other tasks leave holes.
    bool SeesAll(RecordedEvent e) =>
        !WatchesTasks && !e.Attr.ExcludeUser && !e.Attr.ExcludeKernel && !e.Attr.ExcludeIdle && e.Layout.Cpu >= 0 && (e.Attr.Type, e.Attr.Config) is not (PerfEventAttr.TypeSoftware, SoftwareTaskClock);

    // cpu-clock's period is time (kernel/events/core.c: perf_swevent_init_hrtimer turns a frequency into one);
    // a hardware counter reaches its frequency only while the CPU is busy.
    static Elapsed? BeatPeriod(PerfEventAttr attr)
    {
        if (attr.PeriodOrFrequency == 0)
            return null;
        if (attr.IsFrequency)
            return new Elapsed((long)(1_000_000_000 / Math.Min(attr.PeriodOrFrequency, 1_000_000_000)));
        return IsTimer(attr) && attr.PeriodOrFrequency < long.MaxValue ? new Elapsed((long)attr.PeriodOrFrequency) : null;
    }

    static string? BeatName(RecordedEvent e) => (e.Attr.Type, e.Attr.Config) switch
    {
        (PerfEventAttr.TypeSoftware, SoftwareCpuClock) => "cpu-clock",
        (PerfEventAttr.TypeSoftware, SoftwareTaskClock) => "task-clock",
        (PerfEventAttr.TypeSoftware or PerfEventAttr.TypeBreakpoint, _) => null,
        (PerfEventAttr.TypeHardware, 0) => "cycles",
        (PerfEventAttr.TypeHardware, _) => "hardware counter",
        (PerfEventAttr.TypeHardwareCache or PerfEventAttr.TypeRaw, _) => "hardware counter",
        _ => e.Name ?? "counter",
    };
}
