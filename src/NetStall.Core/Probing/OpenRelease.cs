// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Probing;

/// <summary>Late answers that came at one moment, while more of them may come.</summary>
sealed class OpenRelease(ProbeAnswer first, Elapsed usual)
{
    /// <summary>So many ports all waited: had the peer two queues, that would be chance once in 128 times.</summary>
    const int EnoughForAll = 8;

    readonly SortedSet<int> _flows = [];
    readonly HashSet<int> _timelyFlows = [];
    int _timely;
    KernelTime _lastSent = first.Sent;
    bool _sawNoGood = true;

    public List<ProbeAnswer> Members { get; } = [];
    public KernelTime FirstSent { get; private set; } = first.Sent;
    public KernelTime FirstReceived { get; private set; } = first.Received!.Value;
    public KernelTime LastReceived { get; private set; } = first.Received!.Value;
    public KernelTime LastGood { get; private set; }
    public Elapsed Usual => usual;
    public int Lost { get; set; }

    public bool Takes(KernelTime received, Elapsed tolerance) => received >= FirstReceived - tolerance && received <= LastReceived + tolerance;

    public void AddTimely(int flow)
    {
        _timely++;
        _timelyFlows.Add(flow);
    }

    public void Add(in ProbeAnswer answer, KernelTime? lastGoodOfFlow)
    {
        Members.Add(answer);
        _flows.Add(answer.Flow);
        FirstSent = KernelTime.Min(FirstSent, answer.Sent);
        _lastSent = KernelTime.Max(_lastSent, answer.Sent);
        FirstReceived = KernelTime.Min(FirstReceived, answer.Received!.Value);
        LastReceived = KernelTime.Max(LastReceived, answer.Received.Value);
        // Flows that share a queue narrow the begin down together.
        if (lastGoodOfFlow is { } good && good <= FirstSent)
        {
            LastGood = _sawNoGood ? good : KernelTime.Max(LastGood, good);
            _sawNoGood = false;
        }
    }

    // Sent at different moments, received at one: RTTs fall as time goes on. Answers that are late by the same length each are no release.
    public bool IsSawtooth =>
        Members.Count >= 2 && (LastReceived - FirstReceived).Nanoseconds * 3 < (_lastSent - FirstSent).Nanoseconds;

    public ProbeStall ToStall(ProbePlan plan)
    {
        var half = new Elapsed(usual.Nanoseconds / 2);
        var latest = FirstSent + half;
        var earliest = _sawNoGood ? latest : LastGood + half;
        // A port that both waited and did not is not bound to a queue: virtual switches may hash each connection anew.
        bool unbound = plan.PortsVary || _flows.Overlaps(_timelyFlows);
        if (unbound && _timely > 0 && !_sawNoGood)
            earliest = KernelTime.Min(earliest, latest - LikelyGap(plan));
        return new ProbeStall(earliest, latest, FirstReceived - half, LastReceived - FirstReceived, Members.Count, Lost, _timely, [.. _flows], Reach(plan), usual)
        {
            BeginUnseen = _sawNoGood,
        };
    }

    StallReach Reach(ProbePlan plan) =>
        !plan.ComparesFlows ? StallReach.Unknown
        : _timely > 0 ? StallReach.OneQueue
        : (plan.PortsVary ? Members.Count : _flows.Count) >= EnoughForAll ? StallReach.WholeHost
        : StallReach.Unknown;

    // The last good probe may have gone elsewhere. Of all probes a share went to the stalled queue; nineteen times in twenty, one of so many did.
    Elapsed LikelyGap(ProbePlan plan)
    {
        double share = (double)(Members.Count + Lost) / (Members.Count + Lost + _timely);
        double probes = Math.Ceiling(Math.Log(0.05) / Math.Log(1 - share));
        return new Elapsed((long)(probes * plan.Interval.Nanoseconds / plan.Flows));
    }
}
