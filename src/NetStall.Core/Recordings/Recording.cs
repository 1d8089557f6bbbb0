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

    public NameTable Names { get; } = new();
    public TaskDirectory Tasks { get; } = new();
    public CgroupDirectory Cgroups { get; } = new();
    public FlawList Flaws { get; } = new();

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
    public long LostRecords { get; set; }
    public long ThrottleCount { get; set; }
}

/// <summary>Which event kinds a recording can tell of.</summary>
public sealed class RecordedKinds
{
    ulong _bits;

    public void Add(EventKind kind) => _bits |= 1ul << (int)kind;
    public void Remove(EventKind kind) => _bits &= ~(1ul << (int)kind);
    public bool Has(EventKind kind) => (_bits & (1ul << (int)kind)) != 0;

    /// <summary>Switches or idle states: whether a CPU idled. Some machines' timers take no samples in idle.</summary>
    public bool TellIdle => Has(EventKind.SchedSwitch) || Has(EventKind.CpuIdle);

    /// <summary>Raise and entry: what an exact wait needs.</summary>
    public bool TellWaits => Has(EventKind.SoftirqRaise) && Has(EventKind.SoftirqEntry);
}

/// <summary>One event that samples CPUs at a beat.</summary>
/// <param name="Name"><c>cycles</c>, <c>cpu-clock</c> … as recorded.</param>
/// <param name="Period">Time between two samples of a busy CPU; null when the beat is not time (a count of cycles) or not known.</param>
/// <param name="IsTimer">
/// True for cpu-clock and task-clock: an hrtimer in hard interrupt context, which cannot fire while interrupts are off, so that a
/// hole is evidence (kernel/events/core.c, perf_swevent_hrtimer). False for hardware counters: those stop in idle, and by NMI see through.
/// Null when the source does not tell.
/// </param>
/// <param name="SeesAll">False when it leaves out kernel code, idle or all but some tasks: then a hole says nothing.</param>
public sealed record Sampler(string Name, Elapsed? Period, bool? IsTimer, bool SeesAll = true);

/// <summary>The clock of a recording's times.</summary>
/// <param name="Name"><c>CLOCK_MONOTONIC</c> …; <c>perf clock</c> for perf's own (sched_clock); null when not told.</param>
/// <param name="WallClockAt">A moment on this clock whose wall-clock time is known, with that time in nanoseconds since 1970 (UTC); null without one.</param>
public sealed record RecordingClock(string? Name, (KernelTime Time, long UnixNanoseconds)? WallClockAt)
{
    public static readonly RecordingClock Unknown = new(null, null);
}

/// <summary>No symbols: who and when, not where.</summary>
public sealed class NoFrames : IFrameResolver
{
    public static readonly NoFrames Instance = new();
    NoFrames() { }

    public bool HasKernelSymbols => false;
    public string? KernelFunction(ulong address, bool isReturnAddress) => null;
    public IReadOnlyList<Frame> Resolve(ReadOnlySpan<ulong> chain, Pid pid, KernelTime time) => [];
}
