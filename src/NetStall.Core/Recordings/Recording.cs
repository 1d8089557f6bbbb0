// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Recordings;

/// <summary>What a recording says of itself, beside its events. A reader fills it as it reads; it is whole at the end.</summary>
/// <remarks>Null and unknown mean that the recording did not tell. Not thread-safe.</remarks>
public sealed class Recording(string source)
{
    /// <summary>The file's name, or <c>standard input</c>; several joined by <c> + </c> when they are one timeline.</summary>
    public string Source { get; set; } = source;

    /// <summary><c>perf.data</c>, <c>perf script text</c>, <c>ftrace text</c>.</summary>
    public string Format { get; set; } = "unknown";

    public string? Host { get; set; }

    /// <summary><c>uname -r</c> of the recorded node. Says what the kernel calls itself, not what it does: distributions move patches.</summary>
    public string? KernelRelease { get; set; }
    public string? Architecture { get; set; }
    public int? CpusOnline { get; set; }

    /// <summary>The command line that made the recording.</summary>
    public string? CommandLine { get; set; }

    public RecordingClock Clock { get; set; } = RecordingClock.Unknown;

    /// <summary>Its first and its last sample, as its recorder announced them.</summary>
    public (KernelTime First, KernelTime Last)? AnnouncedSpan { get; set; }

    public NameTable Names { get; } = new();
    public TaskDirectory Tasks { get; } = new();
    public CgroupDirectory Cgroups { get; } = new();
    public FlawList Flaws { get; } = new();

    /// <summary>Empty where the recording brought none: then a virtual CPU that did not run looks like one with interrupts off.</summary>
    public StealHistory Steal { get; } = new();

    /// <summary>Null where the recording brought none: perf's own do not.</summary>
    public Circumstances? Circumstances { get; set; }

    /// <summary>Names for the frames of this recording's call chains.</summary>
    public IFrameResolver Frames { get; set; } = NoFrames.Instance;

    /// <summary>The sampling events, by <see cref="KernelEvent.SamplerIndex"/>.</summary>
    public List<Sampler> Samplers { get; } = [];

    /// <summary>Which kinds of event the recording was asked for, seen or not. A tracepoint that never fired is evidence too.</summary>
    public RecordedKinds Kinds { get; } = new();

    /// <summary>Rings were written backward (<c>perf record --overwrite</c>): a CPU's newest events come first.</summary>
    public bool RingsRunBackward { get; set; }

    /// <summary>
    /// Whether its events must be brought into one order of time before they can be judged. A CPU's own order does for all but
    /// wake-ups, which are written on the waker's CPU.
    /// </summary>
    public bool NeedsTimeOrder => RingsRunBackward || Kinds.Has(EventKind.SchedWaking) || Kinds.Has(EventKind.SchedWakeup);

    /// <summary>Tracepoints were sampled by a frequency: where none stands, one may have been left out without a word.</summary>
    public bool TracepointsThinned { get; set; }

    /// <summary>
    /// What an event's task is called, where its code and which cgroup is mapped, may stand in records that come up to two rounds after it
    /// (<see cref="IEventSink.RoundFinished"/>), because they stand in another CPU's ring.
    /// </summary>
    public bool SideRecordsFollow { get; set; }

    public long SampleCount { get; set; }
    public long TracepointCount { get; set; }

    /// <summary>Records that the recorder could not write, and tracepoints that a frequency left out. They are in no other count.</summary>
    public long LostRecords { get; set; }

    /// <summary>How often the kernel stopped a sampler for a while, because it took too much of the CPU.</summary>
    public long ThrottleCount { get; set; }
}
