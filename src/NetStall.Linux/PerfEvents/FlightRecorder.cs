// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using System.Text;
using NetStall.Linux.Native;
using NetStall.Linux.Symbols;
using NetStall.Model;
using NetStall.PerfData;
using NetStall.PerfData.Writing;
using NetStall.Waits;

namespace NetStall.Linux.PerfEvents;

/// <summary>Keeps this node's last seconds in rings that are written over, and writes them down when NET_RX has waited too long.</summary>
/// <remarks>
/// <code>
///  stacks, switches, interrupts, other softirqs -> big ring a CPU, over the oldest                    \  a stall: both, by time,
///  NET_RX raise and entry, ticks, who serves,   -> small ring a CPU, emptied 20 times a second -> RAM  /  into one perf.data
///  names of tasks and cgroups                                          \-> waits, as they end
/// </code>
/// Nothing is recorded twice: what the small ring has, the big one leaves out. Memory is bounded whatever the node does.
/// </remarks>
public sealed class FlightRecorder : IDisposable
{
    const int PollMilliseconds = 50;

    readonly FlightOptions _options;
    readonly ChosenEvents _chosen;
    readonly EventSet _kept, _watched;
    readonly List<OverwriteRing> _keptRings = [];
    readonly List<PerfRing> _watchedRings = [];
    readonly List<RecentRecords> _recent = [];
    readonly IReadOnlyList<RecordedSpec> _events;
    readonly RecordTimes _times;
    readonly RunningNode _node = new();
    readonly TaskNames _names;
    readonly StealReadings _steal;
    readonly RecordWalk _walk = new();
    readonly PerfLiveReader _reader;
    readonly Watch _watch;
    readonly Func<LiveWait, string?> _pathOf;
    readonly Action<FlightCapture> _captured;
    readonly Lock _counting = new();
    readonly List<string> _flaws = [];
    readonly byte[] _scratch;
    readonly KernelTime _begin;
    readonly TimeSpan _cpuBefore = Environment.CpuUsage.TotalTime;
    readonly Thread _thread;
    volatile bool _stopping;
    KernelTime _readyAt;
    (LiveWait Wait, bool IsSilence)? _pending;
    long _skipped;
    int _captures;

    FlightRecorder(FlightOptions options, Func<LiveWait, string?> pathOf, Action<FlightCapture> captured)
    {
        _options = options;
        _pathOf = pathOf;
        _captured = captured;
        var cpus = options.Recorder.Cpus ?? OnlineCpus.Read();
        var (keptSize, watchedSize) = RingSizes(options.Memory, cpus.Count);
        _chosen = ChosenEvents.Of(options.Recorder, cpus[0]);
        _kept = EventSet.Open(FlightEvents.Kept(_chosen), cpus);
        try
        {
            _watched = EventSet.Open(FlightEvents.Watched(_chosen, wakeupAt: watchedSize / 4), cpus);
            for (int i = 0; i < cpus.Count; i++)
            {
                _keptRings.Add(new OverwriteRing(_kept.Owners[i], keptSize));
                _watchedRings.Add(new PerfRing(_watched.Owners[i], watchedSize));
                _recent.Add(new RecentRecords(watchedSize));
            }
            _kept.JoinRings();
            _watched.JoinRings();
        }
        catch (Exception e)
        {
            CloseEvents();
            if (e is SystemCallException refused)
                throw PerfRefusal.Explain(refused);
            throw;
        }
        _events = [.. _watched.Recorded, .. _kept.Recorded];
        _times = new RecordTimes(_events);
        _walk.Add(_events);
        var history = options.Before + options.After + Elapsed.FromSeconds(1);
        _names = new TaskNames(history);
        _steal = new StealReadings(history);
        _reader = new PerfLiveReader(_events, _chosen.TracingData.Span, RunningKernel.Release());
        _watch = new Watch(_reader.Recording, options.Recorder.Threshold, OnWait);
        _scratch = GC.AllocateUninitializedArray<byte>(Math.Max(keptSize, watchedSize), pinned: true);

        _begin = MonotonicTime.Now();
        _readyAt = _begin + options.Pause;
        _watched.Enable(_ => true);
        _kept.Enable(_ => true);
        _thread = new Thread(Run) { Name = "netstall-rings", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Begins to watch.</summary>
    /// <param name="options">What to keep.</param>
    /// <param name="pathOf">Where a capture shall go; null for not at all. Called on the recorder's thread.</param>
    /// <param name="captured">Told of each file once it is whole, on the recorder's thread: be quick.</param>
    /// <exception cref="CannotHereException">This machine or user may not record; the message says what would change that.</exception>
    public static FlightRecorder Start(FlightOptions options, Func<LiveWait, string?> pathOf, Action<FlightCapture> captured) => new(options, pathOf, captured);

    /// <summary>Of what is watched; stacks stay in the kernel until they are wanted.</summary>
    public RecorderCounts Counts
    {
        get
        {
            lock (_counting)
                return _walk.Counts(_watch.Stalls, _watch.Worst);
        }
    }

    /// <summary>NET_RX raises so far.</summary>
    public long Raises
    {
        get
        {
            lock (_counting)
                return _watch.Raises;
        }
    }

    /// <summary>Stalls that were not written down, because another had been just before or no more were asked for.</summary>
    public long Skipped => Interlocked.Read(ref _skipped);

    /// <summary>Stops watching. A stall that has just been is written down first.</summary>
    /// <returns>How all of it went; its path is empty.</returns>
    public RecordingSummary Stop()
    {
        _stopping = true;
        _thread.Join();
        _kept.Disable();
        _watched.Disable();
        return Summary("", Counts, _walk.LostByCpu, MonotonicTime.Now() - _begin, [.. _flaws, .. _kept.Flaws, .. _watched.Flaws]);
    }

    public void Dispose()
    {
        _stopping = true;
        _thread.Join();
        CloseEvents();
    }

    // A quarter for what is watched, and as much for its copies; half for what is kept.
    static (int Kept, int Watched) RingSizes(long memory, int cpus)
    {
        const long Least = 64 << 10, Most = 1 << 30;
        long share = memory / cpus;
        if (share / 8 < Least)
            throw new CannotHereException($"{memory >> 20} MB for {cpus} CPUs is too little for rings that reach back: give {Least * 8 * cpus >> 20} MB or more with --memory, or fewer CPUs with -C.");
        static int PowerOfTwo(long bytes) => 1 << (int)Math.Log2(Math.Min(bytes, Most));
        return (PowerOfTwo(share / 2), PowerOfTwo(share / 8));
    }

    void CloseEvents()
    {
        foreach (var ring in _keptRings)
            ring.Dispose();
        foreach (var ring in _watchedRings)
            ring.Dispose();
        _kept.Dispose();
        _watched?.Dispose();
    }

    void Run()
    {
        var polled = new PerfNative.PollEntry[_watchedRings.Count];
        for (int i = 0; i < polled.Length; i++)
            polled[i] = new PerfNative.PollEntry { File = _watchedRings[i].Owner.File, Wanted = PerfNative.HasData };
        while (!_stopping)
        {
            Wait(polled);
            DrainAll();
            if (_pending is var (stall, isSilence) && MonotonicTime.Now() >= stall.End + _options.After)
                WriteDown(stall, isSilence);
        }
        DrainAll();
        if (_pending is var (last, lastIsSilence))
            WriteDown(last, lastIsSilence);
    }

    unsafe void Wait(PerfNative.PollEntry[] polled)
    {
        fixed (PerfNative.PollEntry* entries = polled)
        {
            if (PerfNative.poll(entries, (nuint)polled.Length, PollMilliseconds) < 0 && Marshal.GetLastPInvokeError() != Errno.Interrupted)
                throw SystemCallException.Last("poll of the rings");
        }
        for (int i = 0; i < polled.Length; i++)
        {
            if ((polled[i].Happened & PerfNative.HungUp) == 0 || polled[i].File < 0)
                continue;
            polled[i].File = -1;
            _flaws.Add($"{_watchedRings[i].Owner.Cpu} went off line: from then on nothing is known of it.");
        }
    }

    void DrainAll()
    {
        var keep = _options.Before + _options.After + Elapsed.FromSeconds(1);
        lock (_counting)
        {
            for (int i = 0; i < _watchedRings.Count; i++)
            {
                var (ring, recent) = (_watchedRings[i], _recent[i]);
                ring.Drain(_scratch, bytes =>
                {
                    var now = MonotonicTime.Now();
                    recent.Add(now, bytes, keep);
                    _names.Read(bytes, now);
                    _walk.Pass(ring.Owner.Cpu, bytes);
                    _reader.Read(bytes, _watch);
                });
            }
            _watch.RoundFinished();
        }
        _steal.ReadIfDue(MonotonicTime.Now());
    }

    void OnWait(LiveWait wait, bool isSilence)
    {
        bool wanted = wait.End >= _readyAt && (_options.Captures is not { } most || _captures < most);
        if (!wanted)
            Interlocked.Increment(ref _skipped);
        else if (_pending is null || _pending.Value.Wait.Length < wait.Length)
            _pending = (wait, isSilence);
    }

    void WriteDown(LiveWait stall, bool isSilence)
    {
        _pending = null;
        // Where the hypervisor takes CPUs all day, each of its visits would be one.
        if (isSilence && WasStolen(stall))
            return;
        if (_pathOf(stall) is not { } path)
            return;
        try
        {
            _captured(new FlightCapture(stall, Capture(stall, path)));
            _captures++;
        }
        catch (IOException e)
        {
            _flaws.Add($"A stall could not be written down to {path}: {e.Message}");
        }
        // The rings' past is told now; what comes next shall have one of its own.
        _readyAt = MonotonicTime.Now() + _options.Pause;
    }

    bool WasStolen(LiveWait silence)
    {
        var steal = new Recordings.StealHistory();
        steal.AddText(Encoding.ASCII.GetBytes(_steal.Text));
        return steal.Around(silence.Cpu, silence.Begin, silence.End) is { } stolen && stolen.ShareOf(silence.Length) >= 0.5;
    }

    RecordingSummary Capture(LiveWait stall, string path)
    {
        var (from, to) = (stall.Begin - _options.Before, stall.End + _options.After);
        using var file = new PerfDataFile(path, new PerfDataLayout(_events));
        var description = _node.Describe();
        _names.AddTo(description);
        file.Write(description.ToMemory().Span);

        var walk = new RecordWalk();
        walk.Add(_events);
        for (int i = 0; i < _keptRings.Count; i++)
        {
            _keptRings[i].Copy(_scratch);
            var merged = MergedRecords.Of(_scratch.AsSpan(0, _keptRings[i].Size), _recent[i].Chunks, _times, from, to);
            walk.Pass(_keptRings[i].Owner.Cpu, merged);
            file.Write(merged);
        }
        file.FinishRound();
        file.Finish(RecordingFeatures.Of(_options.Recorder, _events, _chosen.TracingData, walk.Span));
        var length = walk.Span is var (first, last) ? last - first : Elapsed.Zero;
        return Summary(path, walk.Counts(0, stall.Length), walk.LostByCpu, length, []);
    }

    RecordingSummary Summary(string path, RecorderCounts counts, IReadOnlyDictionary<CpuId, long> lost, Elapsed length, IReadOnlyList<string> flaws) => new(
        path, counts, lost, _chosen.Sampler.Name, _chosen.SamplerReason, length,
        new Elapsed((Environment.CpuUsage.TotalTime - _cpuBefore).Ticks * 100), flaws, _steal.Text)
    {
        OwnCpuOver = MonotonicTime.Now() - _begin,
    };

    /// <summary>Takes the watched events: waits that end, ticks that came late, and NET_RX that does not come to its own end.</summary>
    sealed class Watch(Recordings.Recording recording, Elapsed threshold, Action<LiveWait, bool> onWait) : Model.IEventSink
    {
        readonly LiveWaits _waits = new(recording.Names, threshold, wait => onWait(wait, false));
        readonly Dictionary<CpuId, TickSilence> _ticks = [];
        readonly Dictionary<CpuId, KernelTime> _serving = [];
        readonly NameId _timer = recording.Names.Intern("local_timer"u8);

        public long Raises => _waits.Raises;
        public long Stalls => _waits.Stalls;
        public Elapsed Worst => _waits.Worst;

        public void Accept(in KernelEvent e, ReadOnlySpan<ulong> chain)
        {
            _waits.Accept(e, chain);
            if (e.Kind == EventKind.SoftirqEntry && e.Vector == SoftirqVector.NetRx)
                _serving[e.Cpu] = e.Time;
            else if (e.Kind == EventKind.SoftirqExit && _serving.Remove(e.Cpu, out var since) && e.Time - since >= threshold)
                onWait(new LiveWait(e.Cpu, since, e.Time), false);
            if (e.Kind != EventKind.VectorEntry || e.HandlerName != _timer)
                return;
            if (!_ticks.TryGetValue(e.Cpu, out var ticks))
                _ticks.Add(e.Cpu, ticks = new TickSilence(threshold));
            if (ticks.OnTick(e) is { } silence)
                onWait(silence, true);
        }

        public void RoundFinished() => _waits.RoundFinished();
    }
}
