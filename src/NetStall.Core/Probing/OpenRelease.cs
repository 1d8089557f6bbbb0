// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Probing;

/// <summary>Late answers that came at one moment, while more of them may come.</summary>
sealed class OpenRelease(ProbeAnswer first, Elapsed usual)
{
    readonly SortedSet<int> _flows = [];
    KernelTime _lastSent = first.Sent;
    bool _sawNoGood = true;

    public List<ProbeAnswer> Members { get; } = [];
    public KernelTime FirstSent { get; private set; } = first.Sent;
    public KernelTime FirstReceived { get; private set; } = first.Received!.Value;
    public KernelTime LastReceived { get; private set; } = first.Received!.Value;
    public KernelTime LastGood { get; private set; }
    public Elapsed Usual => usual;
    public int Lost { get; set; }
    public int Timely { get; set; }

    public bool Takes(KernelTime received, Elapsed tolerance) => received >= FirstReceived - tolerance && received <= LastReceived + tolerance;

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

    /// <param name="interval">Between two probes of a flow.</param>
    /// <param name="portsVary">Each probe may go to another queue.</param>
    /// <param name="comparesFlows">Flows may go to different queues at all.</param>
    public ProbeStall ToStall(Elapsed interval, bool portsVary, bool comparesFlows)
    {
        var half = new Elapsed(usual.Nanoseconds / 2);
        var latest = FirstSent + half;
        var earliest = _sawNoGood ? latest : LastGood + half;
        if (portsVary && Timely > 0)
        {
            // The last good one may have gone elsewhere: probes of the stalled queue are as far apart as their share of all says.
            long every = (Members.Count + Lost + Timely + Members.Count - 1) / Members.Count;
            earliest = KernelTime.Min(earliest, latest - new Elapsed(interval.Nanoseconds * every));
        }
        bool compared = comparesFlows && (portsVary ? Members.Count + Timely >= 3 : _flows.Count + Timely >= 2);
        var reach = !compared ? StallReach.Unknown : Timely > 0 ? StallReach.OneQueue : StallReach.WholeHost;
        return new ProbeStall(earliest, latest, FirstReceived - half, LastReceived - FirstReceived, Members.Count, Lost, Timely, [.. _flows], reach, usual)
        {
            BeginUnseen = _sawNoGood,
        };
    }
}
