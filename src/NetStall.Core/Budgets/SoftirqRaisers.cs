// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Waits;

namespace NetStall.Budgets;

/// <summary>Who raised the softirqs that are served: an interrupt, or the task itself, as a datagram over loopback does.</summary>
sealed class SoftirqRaisers
{
    readonly Tid[] _raisedBy = new Tid[SoftirqVectors.Count];
    readonly bool[] _byInterruptToo = new bool[SoftirqVectors.Count];
    readonly Tid[] _servedFor = new Tid[SoftirqVectors.Count];

    public SoftirqRaisers()
    {
        Array.Fill(_raisedBy, Tid.Unknown);
        Array.Fill(_servedFor, Tid.Unknown);
    }

    public void On(in KernelEvent e, Wait wait)
    {
        if (e.Kind is not (EventKind.SoftirqRaise or EventKind.SoftirqEntry) || e.Time >= wait.End || (uint)e.Vector >= SoftirqVectors.Count)
            return;
        int vector = (int)e.Vector;
        if (e.Kind == EventKind.SoftirqRaise)
        {
            bool byTask = e.Has(ContextFlags.Known) && !e.Has(ContextFlags.HardIrq) && !e.Has(ContextFlags.SoftIrq);
            if (byTask)
                _raisedBy[vector] = e.Tid;
            // One bit for both: whose packets take the time is not told then.
            _byInterruptToo[vector] |= !e.Has(ContextFlags.Known) || e.Has(ContextFlags.HardIrq);
        }
        else
        {
            _servedFor[vector] = _raisedBy[vector] == e.Tid && !_byInterruptToo[vector] ? e.Tid : Tid.Unknown;
            (_raisedBy[vector], _byInterruptToo[vector]) = (Tid.Unknown, false);
        }
    }

    public Tid OfLongest(List<Piece> pieces)
    {
        var held = new long[SoftirqVectors.Count];
        foreach (var piece in pieces)
        {
            if (piece.Kind != HolderKind.Softirq)
                continue;
            for (int v = 0; v < held.Length; v++)
            {
                if (piece.Name == ((SoftirqVector)v).KernelName())
                    held[v] += piece.Length.Nanoseconds;
            }
        }
        int longest = 0;
        for (int v = 1; v < held.Length; v++)
        {
            if (held[v] > held[longest])
                longest = v;
        }
        return held[longest] == 0 ? Tid.Unknown : _servedFor[longest];
    }
}
