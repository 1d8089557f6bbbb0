// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using NetStall.Linux.Native;
using NetStall.Linux.Symbols;
using NetStall.Model;
using NetStall.PerfData;
using NetStall.PerfData.Writing;
using NetStall.Waits;

namespace NetStall.Linux.PerfEvents;

/// <summary>Records this node into a perf.data file, from <see cref="Start"/> to <see cref="Stop"/>.</summary>
/// <remarks>
/// <code>
///  kernel -> ring of each CPU -> [one thread] -> file        a round empties all rings once, and says so in the file
/// </code>
/// One recorder is used by one thread; <see cref="Counts"/> may be read by any.
/// </remarks>
public sealed class PerfRecorder : IDisposable
{
    /// <summary>A ring that is not a quarter full is looked at after so long.</summary>
    const int PollMilliseconds = 100;

    readonly RecorderOptions _options;
    readonly ChosenEvents _chosen;
    readonly EventSet _events;
    readonly List<PerfRing> _rings = [];
    readonly PerfDataFile _file;
    readonly StealReadings _steal = new();
    readonly RecordWalk _walk = new();
    readonly PerfLiveReader _reader;
    readonly LiveWaits _waits;
    readonly Thread _thread;
    readonly Lock _counting = new();
    readonly List<string> _flaws = [];
    readonly string _path;
    readonly byte[] _scratch;
    readonly KernelTime _begin;
    readonly TimeSpan _cpuBefore = Environment.CpuUsage.TotalTime;
    volatile bool _stopping;
    IOException? _failure;
    bool _stopped;

    PerfRecorder(string path, RecorderOptions options)
    {
        _path = path;
        _options = options;
        var cpus = options.Cpus ?? OnlineCpus.Read();
        _chosen = ChosenEvents.Of(options, cpus[0]);
        _events = EventSet.Open([RecordedEvents.SideRecords with { WakeupWatermark = (uint)options.RingSize / 4 }, _chosen.Sampler, .. _chosen.Tracepoints], cpus);
        try
        {
            foreach (var owner in _events.Owners)
                _rings.Add(new PerfRing(owner, options.RingSize));
            _events.JoinRings();
            _walk.Add(_events.Recorded);
            _reader = new PerfLiveReader(_events.Recorded, _chosen.TracingData.Span, RunningKernel.Release());
            _waits = new LiveWaits(_reader.Recording.Names, options.Threshold, _ => { });
            _scratch = GC.AllocateUninitializedArray<byte>(options.RingSize, pinned: true);
            _file = new PerfDataFile(path, new PerfDataLayout(_events.Recorded));
            // What is told live from here on, and what was there before: nothing falls between.
            _events.Enable(e => e.SideRecords);
            _file.Write(new RunningNode().Describe().ToMemory().Span);
        }
        catch (Exception e)
        {
            _file?.Dispose();
            CloseEvents();
            if (e is SystemCallException refused)
                throw PerfRefusal.Explain(refused);
            throw;
        }
        _begin = MonotonicTime.Now();
        _events.Enable(e => !e.SideRecords);
        _thread = new Thread(Run) { Name = "netstall-rings", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Begins. The file is called <c>….partial</c> until <see cref="Stop"/>.</summary>
    /// <exception cref="CannotHereException">This machine or user may not record; the message says what would change that.</exception>
    /// <exception cref="IOException">The file cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be made.</exception>
    public static PerfRecorder Start(string path, RecorderOptions options) => new(path, options);

    public RecorderCounts Counts
    {
        get
        {
            lock (_counting)
                return _walk.Counts(_waits.Stalls, _waits.Worst);
        }
    }

    /// <summary>Something went wrong for good, such as a full disk: nothing more is recorded, and <see cref="Stop"/> tells.</summary>
    public bool HasFailed => _failure is not null;

    /// <summary>Ends the recording: what the rings still hold is written, then the file is whole.</summary>
    /// <exception cref="IOException">Not even the end of the file could be written; what is there stays under its partial name.</exception>
    public RecordingSummary Stop()
    {
        ObjectDisposedException.ThrowIf(_stopped, this);
        _events.Disable();
        var end = MonotonicTime.Now();
        _stopping = true;
        _thread.Join();
        _stopped = true;
        _flaws.AddRange(_events.Flaws);

        if (_failure is { } failure)
        {
            _flaws.Add($"Writing {_path} went wrong, so the recording ends there: {failure.Message}");
            _file.MakeRoom();
        }
        _file.Finish(RecordingFeatures.Of(_options, _events.Recorded, _chosen.TracingData, _walk.Span));
        var own = Environment.CpuUsage.TotalTime - _cpuBefore;
        return new RecordingSummary(
            _path, Counts, _walk.LostByCpu, _chosen.Sampler.Name, _chosen.SamplerReason,
            end - _begin, new Elapsed(own.Ticks * 100), _flaws, _steal.Text);
    }

    /// <summary>Lets go of everything. A recording that was not stopped stays under its partial name.</summary>
    public void Dispose()
    {
        _stopping = true;
        _thread.Join();
        _stopped = true;
        _file.Dispose();
        CloseEvents();
    }

    void CloseEvents()
    {
        foreach (var ring in _rings)
            ring.Dispose();
        _events.Dispose();
    }

    void Run()
    {
        try
        {
            var polled = new PerfNative.PollEntry[_rings.Count];
            for (int i = 0; i < polled.Length; i++)
                polled[i] = new PerfNative.PollEntry { File = _rings[i].Owner.File, Wanted = PerfNative.HasData };
            while (!_stopping)
            {
                Wait(polled);
                DrainAll();
                _steal.ReadIfDue(MonotonicTime.Now());
            }
            DrainAll();
            _steal.ReadIfDue(MonotonicTime.Now(), last: true);
        }
        catch (IOException e)
        {
            _failure = e;
            _events.Disable();
        }
    }

    unsafe void Wait(PerfNative.PollEntry[] polled)
    {
        fixed (PerfNative.PollEntry* entries = polled)
        {
            if (PerfNative.poll(entries, (nuint)polled.Length, PollMilliseconds) < 0 && Marshal.GetLastPInvokeError() != Errno.Interrupted)
                throw new IOException(SystemCallException.Last("poll of the rings").Message);
        }
        for (int i = 0; i < polled.Length; i++)
        {
            if ((polled[i].Happened & PerfNative.HungUp) == 0 || polled[i].File < 0)
                continue;
            // A negative file is passed over. What its ring holds is still read.
            polled[i].File = -1;
            lock (_counting)
                _flaws.Add($"{_rings[i].Owner.Cpu} went off line while it was recorded: from then on nothing is known of it.");
        }
    }

    void DrainAll()
    {
        bool any = false;
        foreach (var ring in _rings)
        {
            any |= ring.Drain(_scratch, bytes =>
            {
                _file.Write(bytes);
                lock (_counting)
                {
                    _walk.Pass(ring.Owner.Cpu, bytes);
                    _reader.Read(bytes, _waits);
                }
            }) > 0;
        }
        if (!any)
            return;
        _file.FinishRound();
        lock (_counting)
            _waits.RoundFinished();
    }
}
