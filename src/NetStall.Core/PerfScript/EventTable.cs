// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Recordings;
using NetStall.Texts;

namespace NetStall.PerfScript;

/// <summary>The events of a text by the names printed: which of them sample, which are tracepoints.</summary>
sealed class EventTable(Recording recording)
{
    /// <summary>What is known of one event.</summary>
    /// <param name="Name">As printed.</param>
    /// <param name="IsTracepoint">Otherwise it samples.</param>
    /// <param name="Kind">Of a tracepoint.</param>
    /// <param name="SamplerIndex">Of a sampling event.</param>
    public sealed record Entry(byte[] Name, bool IsTracepoint, TracepointKind Kind, int SamplerIndex);

    readonly NameTable _names = new();
    readonly List<Entry?> _entries = [null];

    /// <summary>What the head told of events that have not been seen yet.</summary>
    readonly Dictionary<string, (Elapsed? Period, bool? IsTimer, bool SeesAll)> _told = [];

    /// <summary>Finds the event, or takes it up when this is its first line.</summary>
    public Entry Find(ReadOnlySpan<byte> name, long period)
    {
        var id = _names.Intern(name);
        if (id.Value < _entries.Count)
            return _entries[id.Value]!;
        var entry = NewEntry(name.ToArray(), period);
        _entries.Add(entry);
        return entry;
    }

    Entry NewEntry(byte[] name, long period)
    {
        if (EventNames.IsTracepoint(name))
        {
            var kind = TracepointKinds.Of(name);
            return new Entry(name, IsTracepoint: true, kind, -1);
        }
        string text = name.Length == 0 ? "unnamed" : System.Text.Encoding.UTF8.GetString(name);
        var (beat, isTimer, seesAll) = _told.GetValueOrDefault(text, (null, EventNames.IsTimer(name), !EventNames.LeavesKernelOut(name)));
        // The period printed is what elapsed, in nanoseconds where the event is a clock.
        if (isTimer == true && period > 1)
            beat = new Elapsed(period);
        recording.Samplers.Add(new Sampler(text, isTimer == true ? beat : null, isTimer, seesAll));
        return new Entry(name, IsTracepoint: false, TracepointKind.Other, recording.Samplers.Count - 1);
    }

    // # event : name = cpu-clock, , id = { 4312, 4313 }, type = 1, size = 128, { sample_period, sample_freq } = 999, …, freq = 1, …
    // # event : name = irq:softirq_raise, , id = { 4403 }, type = 2, size = 128, config = 0xdd, { sample_period, sample_freq } = 1, …
    /// <summary>Takes what a head line tells of an event: its kind counts as recorded though it may never have fired.</summary>
    public void OnHeadLine(ReadOnlySpan<byte> text)
    {
        if (text.IndexOf("name = "u8) is not (>= 0 and var at))
            return;
        var name = text[(at + "name = ".Length)..];
        int comma = name.IndexOf(", "u8);
        // cpu-clock/freq=999,call-graph=fp/, , id = …
        if (comma < 0)
            return;
        var rest = name[comma..];
        name = name[..comma];
        // perf's own helper event, which never samples.
        if (name.StartsWith("dummy"u8))
            return;
        if (EventNames.IsTracepoint(name))
        {
            if (EventNames.KindOf(TracepointKinds.Of(name)) is { } kind)
                recording.Kinds.Add(kind);
            return;
        }
        recording.Kinds.Add(EventKind.Sample);
        long? type = Value(rest, ", type = "u8);
        long config = Value(rest, ", config = "u8) ?? 0;
        // PERF_TYPE_SOFTWARE with PERF_COUNT_SW_CPU_CLOCK (0) or _TASK_CLOCK (1): whatever its name, it is a timer.
        bool? isTimer = type switch
        {
            1 => config is 0 or 1,
            0 or 4 => false,
            _ => EventNames.IsTimer(name),
        };
        bool seesAll = rest.IndexOf(", exclude_kernel = 1"u8) < 0 && rest.IndexOf(", exclude_idle = 1"u8) < 0 && !EventNames.LeavesKernelOut(name);
        long? rate = Value(rest, "{ sample_period, sample_freq } = "u8);
        bool isFrequency = Value(rest, ", freq = "u8) == 1;
        Elapsed? beat = rate is > 0 ? new Elapsed(isFrequency ? 1_000_000_000 / rate.Value : rate.Value) : null;
        _told[System.Text.Encoding.UTF8.GetString(name)] = (beat, isTimer, seesAll);
    }

    static long? Value(ReadOnlySpan<byte> text, ReadOnlySpan<byte> key)
    {
        int at = text.IndexOf(key);
        if (at < 0)
            return null;
        text = text[(at + key.Length)..];
        if (text.StartsWith("0x"u8))
            return TextNumber.ReadHex(text[2..], out ulong hex) > 0 && hex <= long.MaxValue ? (long)hex : null;
        return TextNumber.TryLong(text[..TextNumber.CountDigits(text)], out long value) ? value : null;
    }
}
