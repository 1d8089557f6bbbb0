// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Ordering;
using NetStall.PerfData;
using NetStall.Recordings;

namespace NetStall.Cli.Input;

/// <summary>One or several recordings of a node that are judged together, because their clocks agree.</summary>
sealed class Timeline : IDisposable
{
    readonly List<RecordingInput> _inputs;

    // What each of the files tells of, itself alone.
    readonly List<Told> _told = [];

    sealed record Told(Recording Recording, Lazy<ToldSpans> Spans);

    Timeline(RecordingInput input) => _inputs = [input];

    /// <summary>One recording alone. Takes over the input.</summary>
    public static Timeline Of(RecordingInput input) => new(input);

    /// <summary>Of all its files.</summary>
    public IEnumerable<IRecordingReader> Readers => _inputs.SelectMany(i => i.Readers);

    public Recording Recording => _inputs[0].Main.Recording;

    /// <summary>What brought its own symbols and names.</summary>
    public IEnumerable<Bundle> Bundles => _inputs.Select(i => i.Bundle).OfType<Bundle>();

    /// <summary>Null when it is text.</summary>
    public PerfDataReader? PerfData => _inputs[0].PerfData;

    /// <summary>The text itself, where the only recording is the text of `perf script`.</summary>
    public IByteSource? TextOfPerfScript => _inputs.Count == 1 ? _inputs[0].TextSource : null;

    /// <summary>Bytes in all; null when one is a pipe.</summary>
    public long? Length
    {
        get
        {
            long sum = 0;
            foreach (var input in _inputs)
            {
                if (input.Length is not { } length)
                    return null;
                sum += length;
            }
            return sum;
        }
    }

    public long BytesRead => Readers.Sum(r => r.BytesRead);

    /// <summary>
    /// Groups files into timelines. Files join when they name the same host, the same kernel and the same clock, and that clock is one that all
    /// recordings of a boot share. perf's own clock is not: two recordings on it may be of two boots. Nor do files join that tell the same kind of
    /// event of the same moments: told twice, a raise waits for an entry that came already. Where they do not join, a flaw says so.
    /// </summary>
    public static List<Timeline> Group(string[] arguments)
    {
        if (arguments.Count(a => a == "-") > 1)
            throw new UsageException("Standard input can be read once only, but - was given more than once.");
        if (arguments.GroupBy(SamePath.Of).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new UsageException($"{Reports.Visible.Of(twice.Last())} was given more than once: what it tells would count twice.");
        var timelines = new List<Timeline>();
        bool tellTheSame = false;
        foreach (string argument in arguments)
        {
            var input = RecordingInput.Open(argument);
            input.PerfData?.Open();
            var told = new Told(input.Main.Recording, new Lazy<ToldSpans>(() => ToldSpans.Of(argument)));
            var agreeing = timelines.FindAll(t => Agree(t.PerfData, input.PerfData));
            var fitting = agreeing.Find(t => !t._told.Exists(other => TellTheSame(other, told)));
            tellTheSame |= fitting is null && agreeing.Count > 0;
            if (fitting is null)
            {
                fitting = new Timeline(input);
                timelines.Add(fitting);
            }
            else
            {
                input.Dispose();
                fitting._inputs.Add(RecordingInput.Open(argument, fitting.PerfData));
            }
            fitting._told.Add(told);
        }
        if (timelines.Count > 1)
        {
            var (what, cost) = tellTheSame
                ? ("several recordings tell the same events of the same moments", "they are not joined, lest an event counts twice; each is judged by itself")
                : ("the recordings do not share a clock (or a host or kernel)", "each is judged by itself; record with `perf record -k CLOCK_MONOTONIC` to join them");
            foreach (var timeline in timelines)
                timeline.Recording.Flaws.Add("", what, cost);
        }
        return timelines;
    }

    // What they announce settles it mostly; else they are read once more.
    static bool TellTheSame(Told one, Told other) =>
        one.Recording.Kinds.Overlaps(other.Recording.Kinds)
        && MayMeet(one.Recording.AnnouncedSpan, other.Recording.AnnouncedSpan)
        && one.Spans.Value.Overlaps(other.Spans.Value);

    static bool MayMeet((KernelTime First, KernelTime Last)? one, (KernelTime First, KernelTime Last)? other) =>
        one is not var (first, last) || other is not var (otherFirst, otherLast) || (first <= otherLast && otherFirst <= last);

    /// <summary>Hands over the events of all files: in order of time where the judgement needs it, as they come where not.</summary>
    /// <param name="sink">Takes them.</param>
    /// <param name="inOrder">In order of time over all CPUs in any case.</param>
    public void ReadTo(IEventSink sink, bool inOrder = false)
    {
        var readers = Readers.ToList();
        if (readers.Count == 1)
        {
            var only = new OrderedIfNeeded(sink, Recording, inOrder);
            readers[0].ReadTo(only);
            only.Finish();
            return;
        }

        var order = new TimeOrder(sink);
        // Parts of a directory have no rounds of their own: nothing of them goes on before all is read.
        var doors = readers.ConvertAll(r => (Reader: r, Door: order.AddInput(isOrdered: false)));
        while (doors.Count > 0)
        {
            // Whoever promises least holds the others up.
            var (reader, door) = doors.MinBy(d => d.Door.Promise);
            if (reader.ReadSome(door))
                continue;
            door.Finish();
            doors.RemoveAll(d => d.Door == door);
        }
        order.Finish();
        TellLate(order, Recording);
    }

    /// <summary>Says what proved wrong with the files themselves, now that all has been read.</summary>
    public void TellFaults()
    {
        foreach (var input in _inputs)
        {
            foreach (var file in input.Files.Where(f => f.BecameShorter))
                Recording.Flaws.Add(file.Name, "the file became shorter while it was read", "what was read before is judged: was it written anew meanwhile?");
            input.Bundle?.TellProblems(Recording);
        }
    }

    static void TellLate(TimeOrder order, Recording recording)
    {
        if (order.Late > 0)
            recording.Flaws.Add("", $"{order.Late} events came later than perf promises", "what they tell across CPUs may be missed");
    }

    public void Dispose()
    {
        foreach (var input in _inputs)
            input.Dispose();
    }

    static bool Agree(PerfDataReader? a, PerfDataReader? b)
    {
        if (a is null || b is null)
            return false;
        var (one, other) = (a.Recording, b.Recording);
        if (one.Clock.Name is not ("CLOCK_MONOTONIC" or "CLOCK_MONOTONIC_RAW" or "CLOCK_BOOTTIME" or "CLOCK_REALTIME" or "CLOCK_TAI"))
            return false;
        if (one.Clock.Name != other.Clock.Name || one.Host != other.Host || one.KernelRelease != other.KernelRelease)
            return false;
        if (one.Clock.WallClockAt is not var (time, wall) || other.Clock.WallClockAt is not var (otherTime, otherWall))
            return true;
        // Another boot starts the clock anew: then wall clock and this clock lie differently apart. A second allows for corrections.
        return Math.Abs((wall - time.Nanoseconds) - (otherWall - otherTime.Nanoseconds)) < 1_000_000_000;
    }

    /// <summary>Decides at the first event, when all is known of what was recorded, whether to order.</summary>
    sealed class OrderedIfNeeded(IEventSink sink, Recording recording, bool always) : IEventSink
    {
        IEventSink? _target;
        TimeOrder? _order;

        public void Accept(in KernelEvent e, ReadOnlySpan<ulong> chain)
        {
            _target ??= Choose();
            _target.Accept(e, chain);
        }

        public void RoundFinished() => _target?.RoundFinished();

        public void Finish()
        {
            if (_order is null)
                return;
            _order.Finish();
            TellLate(_order, recording);
        }

        IEventSink Choose()
        {
            // Text is in order of time already: perf script and ftrace see to that.
            if (recording.Format != "perf.data")
                return sink;
            if (!always && !recording.NeedsTimeOrder)
            {
                recording.SideRecordsFollow = true;
                return sink;
            }
            _order = new TimeOrder(sink);
            return _order.AddInput(isOrdered: false, recording.RingsRunBackward);
        }
    }
}
