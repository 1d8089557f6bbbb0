// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Recordings;

namespace NetStall.Verdicts;

/// <summary>Whether this kernel lets interrupts leave softirqs to a ksoftirqd that is merely runnable (4.9 to 6.4), told by what it did.</summary>
/// <remarks>
/// Version strings lie: distributions move the patches. One observation decides:
/// <code>
///   NET_RX pending, ksoftirqd woken and not on the CPU, bottom halves on
///   a hard interrupt raises a softirq ... and ends
///        next event: softirq_entry          -> no gate: the interrupt's exit served
///        next event: another interrupt's    -> gate: its exit left everything to ksoftirqd
/// </code>
/// </remarks>
sealed class KsoftirqdGate(Recording recording)
{
    sealed class Cpu
    {
        public bool KsoftirqdWaits;
        public KernelTime? InterruptedAt;
    }

    // Events of one interrupt follow each other within microseconds; an emulated machine needs more.
    static readonly Elapsed SameInterrupt = Elapsed.FromMicroseconds(500);

    readonly Dictionary<int, Cpu> _cpus = [];
    int _present, _absent;

    /// <summary>A few contradicting observations are races; many against few decide.</summary>
    public GateVerdict Verdict => (_present, _absent) switch
    {
        (0, 0) => GateVerdict.Unknown,
        var (p, a) when p > 4 * a => GateVerdict.Present,
        var (p, a) when a > 4 * p => GateVerdict.Absent,
        _ => GateVerdict.Unknown,
    };

    public void On(in KernelEvent e, KernelTime? pendingSince)
    {
        if (e.Kind is EventKind.Sample or EventKind.Other)
            return;
        if (!_cpus.TryGetValue(e.Cpu.Value, out var cpu))
            _cpus.Add(e.Cpu.Value, cpu = new Cpu());

        switch (e.Kind)
        {
            case EventKind.SchedWaking or EventKind.SchedWakeup when IsKsoftirqd(e.WokenComm) && e.TargetCpu == e.Cpu:
                cpu.KsoftirqdWaits = true;
                cpu.InterruptedAt = null;
                return;
            case EventKind.SchedSwitch or EventKind.Lost:
                if (e.Kind == EventKind.Lost || IsKsoftirqd(e.NextComm))
                    cpu.KsoftirqdWaits = false;
                cpu.InterruptedAt = null;
                return;
        }
        if (!cpu.KsoftirqdWaits || pendingSince is null || !e.Has(ContextFlags.Known))
            return;

        if (cpu.InterruptedAt is { } interrupted)
        {
            if (e.Kind == EventKind.SoftirqEntry)
            {
                _absent++;
                cpu.InterruptedAt = null;
                return;
            }
            if (e.Time - interrupted > SameInterrupt && e.Has(ContextFlags.HardIrq))
            {
                _present++;
                cpu.InterruptedAt = null;
            }
        }
        bool plainInterrupt = e.Kind == EventKind.SoftirqRaise && e.Has(ContextFlags.HardIrq)
            && !e.Has(ContextFlags.SoftIrq) && !e.Has(ContextFlags.BottomHalvesOff)
            // These two let everything run, gate or not (commit 3c53776e29f8).
            && e.Vector is not (SoftirqVector.Hi or SoftirqVector.Tasklet);
        if (plainInterrupt)
            cpu.InterruptedAt = e.Time;
    }

    bool IsKsoftirqd(NameId comm) => comm.IsKnown && recording.Names.Bytes(comm).StartsWith("ksoftirqd/"u8);
}
