// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Waits;

namespace NetStall.Tests.Simulation;

/// <summary>Pairs the raises and entries of NET_RX on one CPU of a simulated capture, as the judge does.</summary>
sealed class WaitLog(int cpu = 0) : IEventSink
{
    readonly NetRxPairing _pairing = new();

    public List<Elapsed> Waits { get; } = [];
    public List<KernelEvent> Events { get; } = [];

    public void Accept(in KernelEvent e, ReadOnlySpan<ulong> chain)
    {
        if (e.Cpu.Value != cpu)
            return;
        Events.Add(e);
        switch (e.Kind)
        {
            case EventKind.SoftirqRaise:
                _pairing.OnRaise(e);
                break;
            case EventKind.SoftirqEntry:
                if (_pairing.OnEntry(e) is { } begin)
                    Waits.Add(e.Time - begin);
                break;
            case EventKind.SoftirqExit:
                _pairing.OnExit();
                break;
            default:
                _pairing.OnOther(e);
                break;
        }
    }
}
