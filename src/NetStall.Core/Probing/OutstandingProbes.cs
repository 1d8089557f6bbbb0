// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Probing;

/// <summary>Probes on their way, and their answers, which go on in the order of sending.</summary>
/// <remarks>A ring that grows: what runs every interval leaves no garbage, lest the collector pauses us.</remarks>
/// <param name="patience">Whoever has not answered by then is lost.</param>
/// <param name="onResolved">Called by <see cref="Settle"/>.</param>
public sealed class OutstandingProbes(Elapsed patience, Action<ProbeAnswer> onResolved)
{
    ProbeAnswer[] _ring = new ProbeAnswer[256];
    long _first, _next;

    public int Count => (int)(_next - _first);

    /// <summary>Answers to no probe that is waited for: doubles, and what came after all was given up.</summary>
    public long Strays { get; private set; }

    /// <returns>The probe's sequence number, from 0 on.</returns>
    public long Sent(int flow, KernelTime at)
    {
        if (Count == _ring.Length)
            Grow();
        Slot(_next) = new ProbeAnswer(flow, _next, at, null);
        return _next++;
    }

    /// <summary>The kernel tells when it really left.</summary>
    public void Transmitted(long sequence, KernelTime at)
    {
        if (IsWaiting(sequence))
            Slot(sequence) = Slot(sequence) with { Sent = at };
    }

    public void Answered(long sequence, KernelTime at)
    {
        if (IsWaiting(sequence) && Slot(sequence).IsLost)
            Slot(sequence) = Slot(sequence) with { Received = at };
        else
            Strays++;
    }

    /// <summary>Hands on what is known by now.</summary>
    public void Settle(KernelTime now)
    {
        while (_first < _next && (!Slot(_first).IsLost || now - Slot(_first).Sent > patience))
            onResolved(Slot(_first++));
    }

    bool IsWaiting(long sequence) => sequence >= _first && sequence < _next;

    ref ProbeAnswer Slot(long sequence) => ref _ring[sequence & (_ring.Length - 1)];

    void Grow()
    {
        var larger = new ProbeAnswer[_ring.Length * 2];
        for (long s = _first; s < _next; s++)
            larger[s & (larger.Length - 1)] = Slot(s);
        _ring = larger;
    }
}
