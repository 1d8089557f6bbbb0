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

    readonly CpuId _cpu;
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
    int _round;

    public CpuTimeline(CpuId cpu, Recording recording, StackReader stacks, Elapsed threshold, Elapsed lookback, Action<Wait, EventWindow.Part, Elapsed?> judge)
    {
        _cpu = cpu;
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

    /// <summary>Something came at a beat on this CPU, so that a silence would have shown.</summary>
    public bool TellsSilences => _beats.WasHeard;

    public KernelTime First { get; private set; } = new(long.MaxValue);
    public KernelTime Last { get; private set; } = new(long.MinValue);

    public void Accept(in KernelEvent e, ReadOnlySpan<ulong> chain)
    {
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

    /// <summary>A NAPI thread came onto this CPU after having waited.</summary>
    public void OnNapiThread(KernelTime since, in KernelEvent e)
    {
        Worst = Elapsed.Max(Worst, e.Time - since);
        if (e.Time - since >= _threshold)
            Due(new Wait(_cpu, since, e.Time, WaitEvidence.NapiThread, e.NextTid, IsUpperBound: false));
    }

    /// <summary>Every ring was emptied once more: what was told of the round before last is all there is to tell.</summary>
    public void OnRoundFinished()
    {
        _round++;
        if (_due.Count > 0)
            JudgeDue(Last - Afterwards, _round - 2);
    }

    /// <summary>No more events come.</summary>
    public void Finish() => JudgeDue(new KernelTime(long.MaxValue), int.MaxValue);

    void Due(Wait wait) => _due.Add((wait, _round));

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
