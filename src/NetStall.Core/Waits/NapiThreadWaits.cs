// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Waits;

/// <summary>Waits of threaded NAPI: from the wake-up of <c>napi/eth0-8193</c> to the switch that lets it poll.</summary>
/// <remarks>
/// There is no softirq here to raise. A thread that is switched out while still runnable waits again from that moment.
/// <code>
///   sched_waking comm=napi/eth0-12 ........... sched_switch ==> next_comm=napi/eth0-12
///                                  the wait
/// </code>
/// Wake-ups are written on the waker's CPU, switches on the thread's: events must come in time order over all CPUs.
/// </remarks>
sealed class NapiThreadWaits(NameTable names)
{
    readonly Dictionary<int, KernelTime> _waitingSince = [];
    readonly Dictionary<NameId, bool> _isNapi = [];

    /// <summary>Wake-ups seen.</summary>
    public long Woken { get; private set; }

    public void OnWaking(in KernelEvent e)
    {
        if (!IsNapiThread(e.WokenComm))
            return;
        if (_waitingSince.TryAdd(e.WokenTid.Value, e.Time))
            Woken++;
    }

    /// <summary>Returns since when the thread that now comes onto the CPU has waited; null when no NAPI thread comes or its wake-up was not seen.</summary>
    public KernelTime? OnSwitch(in KernelEvent e)
    {
        KernelTime? since = null;
        if (IsNapiThread(e.NextComm) && _waitingSince.Remove(e.NextTid.Value, out var woken))
            since = woken;
        if (IsNapiThread(e.PreviousComm))
        {
            if (e.Door is SwitchDoor.Runnable or SwitchDoor.Preempted)
                _waitingSince[e.Tid.Value] = e.Time;
            else
                _waitingSince.Remove(e.Tid.Value);
        }
        return since;
    }

    /// <summary>Records were lost: the switch may have been among them.</summary>
    public void OnLost() => _waitingSince.Clear();

    bool IsNapiThread(NameId comm)
    {
        if (!comm.IsKnown)
            return false;
        if (!_isNapi.TryGetValue(comm, out bool isNapi))
        {
            var bytes = names.Bytes(comm);
            isNapi = bytes.StartsWith("napi/"u8) || bytes.StartsWith("backlog_napi/"u8);
            _isNapi.Add(comm, isNapi);
        }
        return isNapi;
    }
}
