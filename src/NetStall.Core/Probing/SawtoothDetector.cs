// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Probing;

/// <summary>
/// Finds stalls in the answers of a peer. While it takes no packet, probes wait in its ring; when it does again, it answers them all at once. So the
/// RTTs of probes sent one after the other fall by just the time between them, a sawtooth:
/// <code>
/// sequence   1951  1952  1953  1954  1955  1956  …  1962  1963
/// RTT, ms     0.2   0.2  99.3  89.3  79.2  69.1  …   9.1   0.2      every 10 ms; sent + RTT is the same moment from 1953 to 1962
/// </code>
/// </summary>
/// <remarks>Answers come in the order of their sending, lost ones too. Memory holds what one release may still take.</remarks>
public sealed class SawtoothDetector
{
    /// <summary>So many answers of each flow are waited for, to know what is usual.</summary>
    const int Priming = 16;

    readonly ProbePlan _plan;
    readonly Action<ProbeStall> _onStall;
    readonly Action<LateAnswer> _onLate;
    readonly RttBaseline[] _baselines;
    readonly KernelTime?[] _lastGood, _lastServed;
    readonly List<OpenRelease> _open = [];
    readonly Elapsed _leastDelay, _tolerance;
    List<ProbeAnswer>? _held = [];
    int _heldReceived;

    public SawtoothDetector(ProbePlan plan, Action<ProbeStall> onStall, Action<LateAnswer> onLate)
    {
        (_plan, _onStall, _onLate) = (plan, onStall, onLate);
        _baselines = [.. Enumerable.Range(0, plan.Flows).Select(_ => new RttBaseline())];
        (_lastGood, _lastServed) = (new KernelTime?[plan.Flows], new KernelTime?[plan.Flows]);
        // Under this a delay is noise; it hides the last tooth of a stall at most, never two of three.
        _leastDelay = plan.LeastDelay;
        // Answers released together come within this of each other: far less than what lies between two probes.
        _tolerance = new Elapsed(Math.Clamp(plan.Interval.Nanoseconds / 4, 200_000, 5_000_000));
    }

    public void Accept(in ProbeAnswer answer)
    {
        if (_held is null)
        {
            Judge(answer);
            return;
        }
        _held.Add(answer);
        _heldReceived += answer.IsLost ? 0 : 1;
        if (_heldReceived >= Priming * _plan.Flows || _held.Count >= 4 * Priming * _plan.Flows)
            Primed();
    }

    /// <summary>No more answers come.</summary>
    public void Finish()
    {
        Primed();
        foreach (var release in _open)
            Close(release);
        _open.Clear();
    }

    void Primed()
    {
        if (_held is not { } held)
            return;
        _held = null;
        foreach (var answer in held)
        {
            if (answer.Received is { } received)
                _baselines[answer.Flow].Add(received - answer.Sent);
        }
        foreach (var answer in held)
            Judge(answer);
    }

    void Judge(in ProbeAnswer answer)
    {
        CloseBefore(answer.Sent);
        if (answer.Received is not { } received)
        {
            foreach (var release in _open)
                release.Lost += answer.Sent > release.FirstSent ? 1 : 0;
            return;
        }

        var baseline = _baselines[answer.Flow];
        var rtt = received - answer.Sent;
        if (!baseline.IsKnown)
            baseline.Add(rtt);
        var least = Elapsed.Max(_leastDelay, new Elapsed(4 * baseline.Jitter.Nanoseconds));
        if (rtt - baseline.Usual >= least)
        {
            var release = _open.Find(r => r.Takes(received, _tolerance));
            if (release is null)
            {
                release = new OpenRelease(answer, baseline.Usual);
                _open.Add(release);
            }
            release.Add(answer, LastGood(answer));
            // Whoever was sent so that it came there at the release was not late.
            _lastServed[answer.Flow] = received - baseline.Usual;
            return;
        }

        baseline.Add(rtt);
        _lastGood[answer.Flow] = answer.Sent;
        foreach (var release in _open)
        {
            // Sent while the others waited, and answered well before they were.
            if (answer.Sent > release.FirstSent && received + least < release.FirstReceived)
                release.AddTimely(answer.Flow);
        }
    }

    // The last probe before this one that found its queue served; the end of another stall before this one counts as one.
    KernelTime? LastGood(in ProbeAnswer answer)
    {
        var (good, served) = (_lastGood[answer.Flow], _lastServed[answer.Flow]);
        return served is { } s && s <= answer.Sent && (good is null || s > good) ? served : good;
    }

    // What is sent after a release is none of it, and answers come in the order of their sending.
    void CloseBefore(KernelTime sent)
    {
        for (int i = _open.Count - 1; i >= 0; i--)
        {
            if (_open[i].LastReceived + _tolerance >= sent)
                continue;
            var release = _open[i];
            _open.RemoveAt(i);
            Close(release);
        }
    }

    void Close(OpenRelease release)
    {
        if (release.IsSawtooth)
        {
            var stall = release.ToStall(_plan);
            // It was as long as the first answer waited, and may have begun up to an interval before: then it may be as long as was asked for.
            if (stall.AtMost + _leastDelay >= _plan.Threshold)
                _onStall(stall);
            return;
        }
        foreach (var answer in release.Members)
        {
            var (received, baseline) = (answer.Received!.Value, _baselines[answer.Flow]);
            var delay = received - answer.Sent - baseline.Usual;
            // A way that has become longer for good is told to the baseline by its answers.
            baseline.Add(received - answer.Sent);
            if (delay >= _plan.Threshold)
                _onLate(new LateAnswer(answer.Flow, answer.Sent, received, delay));
        }
    }
}
