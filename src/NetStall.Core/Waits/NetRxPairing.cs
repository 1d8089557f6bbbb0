// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Waits;

/// <summary>Pairs NET_RX raises with the entries that serve them, on one CPU: the rule by which every exact wait is measured.</summary>
/// <remarks>
/// The kernel sets a bit, it does not count: of several raises before an entry the FIRST one waits.
/// <code>
///   raise r1 ....... r2 ....... entry          one wait, from r1
///            r2 merges into r1
/// </code>
/// One pass over the vectors clears the whole mask, then serves low to high (kernel/softirq.c, handle_softirqs). So a raise
/// that comes while an earlier vector of the same pass is served is not served by this pass's NET_RX entry: it waits for the next.
/// <code>
///   r1   |TIMER entry   r2   TIMER exit|NET_RX entry          NET_RX entry
///   ^ mask read and cleared here            serves r1              serves r2: a wait of its own, in the second slot
/// </code>
/// Five of six public tools lose r2, or let it move r1. The second slot opens only in that very case; everywhere else a
/// raise merges, since a stale second slot would invent a long wait and name an innocent. In particular between the reading of
/// the mask and the first entry interrupts come back on, and what waited strikes right there:
/// <code>
///   mask read   r1   |TIMER entry   r2   TIMER exit|          NET_RX entry
///               ^ not in the mask, though before the pass     serves both
/// </code>
/// After lost records both slots are given up: drop rather than invent.
/// </remarks>
public sealed class NetRxPairing
{
    KernelTime? _first, _second;
    bool _firstIsInSomeMask;
    KernelTime _passBegin;
    SoftirqVector? _lastInPass;
    bool _inHandler;

    /// <summary>NET_RX raises seen.</summary>
    public long Raises { get; private set; }

    /// <summary>NET_RX entries that were paired with a raise.</summary>
    public long Served { get; private set; }

    /// <summary>Entries whose raise was not seen, and raises given up because records were lost. None became a wait.</summary>
    public long Unpaired { get; private set; }

    /// <summary>Since when NET_RX has been waiting; null when it is not.</summary>
    public KernelTime? PendingSince => _first;

    public void OnRaise(in KernelEvent e)
    {
        if (e.Vector != SoftirqVector.NetRx)
            return;
        Raises++;
        if (_first is null)
        {
            _first = e.Time;
            _firstIsInSomeMask = IsBeforeNextMask(e);
        }
        else if (_second is null && IsTooLateForThisPass(e))
            _second = e.Time;
    }

    /// <summary>Returns when the wait that this entry ends began; null when it ends none.</summary>
    public KernelTime? OnEntry(in KernelEvent e)
    {
        bool newPass = _lastInPass is not { } last || e.Vector <= last;
        if (newPass)
            _passBegin = e.Time;
        _lastInPass = e.Vector;
        _inHandler = true;
        if (e.Vector != SoftirqVector.NetRx)
            return null;

        var begin = _first;
        if (begin is null)
            Unpaired++;
        else
            Served++;
        _first = _second;
        // It came while a handler ran or after it, so the next pass has it.
        _firstIsInSomeMask = true;
        _second = null;
        return begin;
    }

    public void OnExit() => _inHandler = false;

    /// <summary>Any other event of this CPU: outside softirq context the pass is over.</summary>
    public void OnOther(in KernelEvent e)
    {
        if (_inHandler || _lastInPass is null)
            return;
        if (e.Kind == EventKind.SchedSwitch || (e.Has(ContextFlags.Known) && !e.Has(ContextFlags.SoftIrq)))
            _lastInPass = null;
    }

    public void OnLost()
    {
        if (_first is not null)
            Unpaired++;
        _first = _second = null;
        _lastInPass = null;
        _inHandler = false;
    }

    // The raise that waits was there before this pass began, and the pass has come to a vector before NET_RX.
    bool IsTooLateForThisPass(in KernelEvent e)
    {
        if (_lastInPass is not < SoftirqVector.NetRx || !(_first < _passBegin) || !_firstIsInSomeMask)
            return false;
        return _inHandler || e.Has(ContextFlags.Known | ContextFlags.SoftIrq);
    }

    // Surely before the mask is read next: in a handler, or in no softirq at all. Elsewhere, or where no flags tell, it may be just after.
    bool IsBeforeNextMask(in KernelEvent e) => _inHandler || (e.Has(ContextFlags.Known) && !e.Has(ContextFlags.SoftIrq));
}
