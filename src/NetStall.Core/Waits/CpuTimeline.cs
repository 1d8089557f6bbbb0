// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Recordings;
using NetStall.Stacks;
using NetStall.Timelines;

namespace NetStall.Waits;

/// <summary>One CPU in time order: keeps the recent past, finds the waits in it, and hands each over once enough of what follows has been seen.</summary>
sealed class CpuTimeline
{
    /// <summary>How much after a wait's end a verdict may look at: the first service, the late beat.</summary>
    static readonly Elapsed Afterwards = Elapsed.FromMilliseconds(20);

    /// <summary>Rounds of huge rings are not waited for: a verdict then takes the names that are known.</summary>
    const int MostHeld = 1 << 16;

    /// <summary>As of the marks of a wait: what comes later has nothing to do with it.</summary>
    static readonly Elapsed SoonAfter = Elapsed.FromMilliseconds(2);

    /// <summary>A CPU at work of which nothing is heard for so long is no longer recorded.</summary>
    static readonly Elapsed Unheard = Elapsed.FromSeconds(1);

    readonly CpuId _cpu;
    readonly Rounds _rounds;
    readonly Recording _recording;
    readonly Elapsed _threshold;
    readonly Elapsed _lookback;
    readonly BeatWatch _beats;
    readonly PollWaits _polls;
    readonly SampledRuns _runs;
    readonly EventWindow _window = new();
    readonly List<(Wait Wait, int Round)> _due = [];
    readonly Action<Wait, EventWindow.Part, Elapsed?> _judge;
    int _sinceRelease;
    bool _isAwaiting;
    bool _isIdle;
    Elapsed _gap;
    KernelTime _gapEnd;

    public CpuTimeline(CpuId cpu, Rounds rounds, Recording recording, StackReader stacks, Elapsed threshold, Elapsed lookback, Action<Wait, EventWindow.Part, Elapsed?> judge)
    {
        _cpu = cpu;
        _rounds = rounds;
        _recording = recording;
        _threshold = threshold;
        _lookback = lookback;
        _beats = new BeatWatch(recording, threshold);
        _polls = new PollWaits(threshold);
        _runs = new SampledRuns(recording, stacks, threshold);
        _judge = judge;
    }

    public NetRxPairing Pairing { get; } = new();
    public Elapsed Worst { get; private set; }

    /// <summary>
    /// Whether interrupts that were off for the threshold would have shown: something came at a beat, or the CPU was never at work for so long
    /// without an event and with packets right after. Ticks raise softirqs, so most busy CPUs have an event every few milliseconds.
    /// </summary>
    /// <param name="end">Of the recording: a CPU that was at work and is not heard of any more may have been silent since.</param>
    public bool TellsSilences(KernelTime end) => LongestUnseen < _threshold && (_isIdle || end - Last < Unheard);

    /// <summary>The longest time at work without an event, but with packets right after it: zero while shorter than the threshold.</summary>
    public Elapsed LongestUnseen { get; private set; }

    /// <summary>Lost records, and all that came.</summary>
    public long Lost { get; private set; }
    public long Events { get; private set; }

    public KernelTime First { get; private set; } = new(long.MaxValue);
    public KernelTime Last { get; private set; } = new(long.MinValue);

    public void Accept(in KernelEvent e, ReadOnlySpan<ulong> chain)
    {
        WatchForGaps(e);
        if (e.Time < First)
            First = e.Time;
        if (e.Time > Last)
            Last = e.Time;
        if (_due.Count > 0 && (!_recording.SideRecordsFollow || _window.Holds(MostHeld)))
            JudgeDue(e.Time - Afterwards, int.MaxValue);
        _window.Add(e, chain);

        switch (e.Kind)
        {
            case EventKind.Sample:
                if (!_recording.Kinds.TellWaits && _runs.OnSample(e, chain, _window) is { } run)
                    Due(run);
                break;
            case EventKind.SoftirqRaise:
                Pairing.OnRaise(e);
                break;
            case EventKind.SoftirqEntry:
                _polls.OnEntry(e);
                if (Pairing.OnEntry(e) is { } begin)
                    OnServed(begin, e);
                break;
            case EventKind.SoftirqExit:
                Pairing.OnExit();
                if (e.Vector == SoftirqVector.NetRx)
                    _polls.OnExit();
                break;
            case EventKind.NapiPoll:
                Pairing.OnOther(e);
                if (_polls.OnPoll(e) is var (behind, until))
                {
                    Worst = Elapsed.Max(Worst, until - behind);
                    Due(new Wait(_cpu, behind, until, WaitEvidence.EntryToPoll, e.Tid, IsUpperBound: true));
                }
                break;
            case EventKind.SchedSwitch:
                Pairing.OnOther(e);
                _polls.OnSwitch();
                break;
            case EventKind.Lost:
                Pairing.OnLost();
                _polls.OnLost();
                _runs.OnLost();
                break;
            default:
                Pairing.OnOther(e);
                break;
        }
        if (_beats.On(e) is var (from, to))
            Due(new Wait(_cpu, from, to, WaitEvidence.SampleHole, e.Tid, IsUpperBound: true));

        if (++_sinceRelease >= 256)
            Release(e.Time);
    }

    // A silence can only hide where the CPU was at work and nothing was heard of it, and it has kept packets waiting only if they come right after.
    // Where a beat was heard, BeatWatch has seen to that.
    void WatchForGaps(in KernelEvent e)
    {
        Events++;
        if (e.Kind == EventKind.Lost)
            Lost += e.LostRecords;
        else if (Events > 1 && !_isIdle && !_beats.WasHeard && e.Time - Last >= _threshold)
            (_gap, _gapEnd) = (e.Time - Last, e.Time);
        if (e.Kind == EventKind.SoftirqRaise && e.Vector == SoftirqVector.NetRx && e.Time - _gapEnd <= SoonAfter)
            LongestUnseen = Elapsed.Max(LongestUnseen, _gap);
        _isIdle = _recording.Kinds.TellIdle && (e.Kind == EventKind.SchedSwitch ? e.NextTid.IsIdle : e.Tid.IsIdle);
    }

    /// <summary>A NAPI thread came onto this CPU after having waited.</summary>
    public void OnNapiThread(KernelTime since, in KernelEvent e)
    {
        Worst = Elapsed.Max(Worst, e.Time - since);
        if (e.Time - since >= _threshold)
            Due(new Wait(_cpu, since, e.Time, WaitEvidence.NapiThread, e.NextTid, IsUpperBound: false));
    }

    /// <summary>Every ring was emptied once more: what was told of the round before last is all there is to tell.</summary>
    /// <returns>Whether there are waits left that await the next rounds.</returns>
    public bool OnRoundFinished()
    {
        JudgeDue(Last - Afterwards, _rounds.Over - 2);
        return _isAwaiting = _due.Count > 0;
    }

    /// <summary>No more events come.</summary>
    public void Finish() => JudgeDue(new KernelTime(long.MaxValue), int.MaxValue);

    void Due(Wait wait)
    {
        if (!_isAwaiting)
            _rounds.Await(this);
        _isAwaiting = true;
        _due.Add((wait, _rounds.Over));
    }

    void OnServed(KernelTime begin, in KernelEvent e)
    {
        var length = e.Time - begin;
        Worst = Elapsed.Max(Worst, length);
        if (length >= _threshold)
            Due(new Wait(_cpu, begin, e.Time, WaitEvidence.RaiseToEntry, e.Tid, IsUpperBound: false));
    }

    void JudgeDue(KernelTime endedBefore, int foundBy)
    {
        int kept = 0;
        for (int i = 0; i < _due.Count; i++)
        {
            var (wait, round) = _due[i];
            if (wait.End <= endedBefore && round <= foundBy)
                _judge(wait, _window.Since(wait.Begin - _lookback), _beats.Beat);
            else
                _due[kept++] = _due[i];
        }
        _due.RemoveRange(kept, _due.Count - kept);
    }

    // Everything that a wait which is still open, or not yet judged, may look back to stays.
    void Release(KernelTime now)
    {
        _sinceRelease = 0;
        var keep = now - _lookback;
        if (Pairing.PendingSince is { } pending)
            keep = KernelTime.Min(keep, pending - _lookback);
        if (_runs.NeedsSince is { } run)
            keep = KernelTime.Min(keep, run - Elapsed.FromMilliseconds(10));
        foreach (var (wait, _) in _due)
            keep = KernelTime.Min(keep, wait.Begin - _lookback);
        _window.Release(keep);
    }
}
