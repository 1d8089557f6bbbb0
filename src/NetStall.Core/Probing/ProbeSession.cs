// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Recordings;

namespace NetStall.Probing;

/// <summary>One run of probes, as it goes on. Not thread-safe.</summary>
public sealed class ProbeSession
{
    const int ToldLateAnswers = 1000;

    /// <summary>Pauses of other threads are told by then; what is older is judged.</summary>
    static readonly Elapsed JudgedAfter = Elapsed.FromSeconds(1);

    static readonly double[] Percents = [0, 50, 90, 99, 99.9, 99.99, 100];

    readonly ProbePlan _plan;
    readonly SawtoothDetector _detector;
    readonly List<ProbeStall> _unjudged = [], _stalls = [];
    readonly List<LateAnswer> _unjudgedLate = [], _late = [];
    readonly long[] _sent, _answered, _lost, _lateOfFlow;
    readonly int?[] _ports;
    long _lossRun, _longestLoss, _lateCount, _withheld;
    KernelTime? _first;
    KernelTime _last;

    public ProbeSession(ProbePlan plan)
    {
        _plan = plan;
        _detector = new SawtoothDetector(plan, _unjudged.Add, _unjudgedLate.Add);
        (_sent, _answered, _lost, _lateOfFlow) = (new long[plan.Flows], new long[plan.Flows], new long[plan.Flows], new long[plan.Flows]);
        _ports = new int?[plan.Flows];
    }

    public RttHistogram Rtt { get; } = new();
    public OwnPauses Pauses { get; } = new();
    public List<string> Notes { get; } = [];
    public long Sent => _sent.Sum();
    public long Lost => _lost.Sum();

    /// <summary>So far: what the last second brought is not judged yet.</summary>
    public int Stalls => _stalls.Count;

    public void SetPort(int flow, int port) => _ports[flow] = port;

    /// <summary>In the order of sending.</summary>
    public void Accept(ProbeAnswer answer)
    {
        _first ??= answer.Sent;
        _last = answer.Sent;
        _sent[answer.Flow]++;
        if (answer.Received is { } received)
        {
            _answered[answer.Flow]++;
            _lossRun = 0;
            Rtt.Add(received - answer.Sent);
        }
        else
        {
            _lost[answer.Flow]++;
            _longestLoss = Math.Max(_longestLoss, ++_lossRun);
        }
        _detector.Accept(answer);
    }

    /// <summary>Judges what is long enough ago.</summary>
    public void Settle(KernelTime now) => JudgeBefore(now - JudgedAfter);

    public ProbeReport Conclude(ProbeTarget target, ProberFacts prober, RecordingClock clock, long skipped, long strays)
    {
        _detector.Finish();
        JudgeBefore(new KernelTime(long.MaxValue));
        _stalls.Sort((a, b) => a.Begin.CompareTo(b.Begin));
        var flows = Enumerable.Range(0, _plan.Flows).Select(f =>
            new FlowCount(f, _ports[f], _sent[f], _answered[f], _lost[f], _stalls.Count(s => s.LateFlows.Contains(f)), _lateOfFlow[f]));
        var percentiles = Percents.Where(_ => Rtt.Count > 0).Select(p => (p, Rtt.At(p)!.Value));
        return new ProbeReport(target, _plan, prober, clock, _first ?? default, _last, Sent, _answered.Sum(), Lost, _longestLoss, skipped, strays,
            [.. percentiles], _stalls, _late, _lateCount, [.. flows], _withheld, Pauses.Longest, Pauses.Count, Pauses.Worst, Pauses.Unsent, Notes);
    }

    void JudgeBefore(KernelTime moment)
    {
        // Whether it was we who paused: precision before recall, a stall in the midst of a pause of ours is nobody's.
        for (int i = 0; i < _unjudged.Count; i++)
        {
            var stall = _unjudged[i];
            var (from, to) = stall.AwaitedHere;
            if (to > moment)
                continue;
            _unjudged.RemoveAt(i--);
            if (Pauses.Explain(from, to))
                _withheld++;
            else
                _stalls.Add(stall);
        }
        for (int i = 0; i < _unjudgedLate.Count; i++)
        {
            var late = _unjudgedLate[i];
            if (late.Received > moment)
                continue;
            _unjudgedLate.RemoveAt(i--);
            if (Pauses.Explain(late.Received - late.Delay, late.Received))
            {
                _withheld++;
                continue;
            }
            _lateCount++;
            _lateOfFlow[late.Flow]++;
            if (_late.Count < ToldLateAnswers)
                _late.Add(late);
        }
        if (_unjudged.Count == 0 && _unjudgedLate.Count == 0 && moment.Nanoseconds < long.MaxValue)
            Pauses.Forget(moment - Elapsed.FromSeconds(10));
    }
}
