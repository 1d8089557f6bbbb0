// SPDX-License-Identifier: Apache-2.0
namespace NetStall.PerfData;

/// <summary>One recorded event: its attr, and what its samples become.</summary>
sealed class RecordedEvent(PerfEventAttr attr)
{
    public PerfEventAttr Attr { get; } = attr;
    public SampleLayout Layout { get; } = new(attr);
    public SampleIdLayout IdLayout { get; } = new(attr);
    public string? Name { get; set; }

    /// <summary>Of a tracepoint whose format is known.</summary>
    public TracepointDecoder? Decoder { get; set; }

    /// <summary>Of an event that samples CPUs at a beat; -1 otherwise.</summary>
    public int SamplerIndex { get; set; } = -1;

    /// <summary>A tracepoint of which records may be left out, so that one may stand for several.</summary>
    /// <remarks>
    /// With a frequency the kernel leaves out what is too much. With a period it does so only where samples do not carry it; where they do,
    /// as perf asks for, each record is written with the period 1 (kernel/events/core.c: perf_swevent_event).
    /// </remarks>
    public bool IsThinned => Attr.Type == PerfEventAttr.TypeTracepoint && (Attr.IsFrequency || (Attr.PeriodOrFrequency > 1 && Layout.Period < 0));

    /// <summary>A member of a group whose leader samples (<c>{a,b}:S</c>): it counts, and has no records of its own.</summary>
    public bool OnlyCounts => Attr.PeriodOrFrequency == 0;

    /// <summary>Records of a tracepoint whose format was not in the file.</summary>
    public long Unread { get; set; }

    /// <summary>Times that the tracepoint was passed without a record of its own.</summary>
    public long Skipped { get; set; }
}
