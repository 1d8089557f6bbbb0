// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Waits;

namespace NetStall.Tests.Waiting;

/// <summary>Gives the pairing what a CPU's timeline gives it.</summary>
static class PairingFeed
{
    /// <summary>Returns since when NET_RX waited that this event serves; null when it serves none.</summary>
    public static KernelTime? Give(NetRxPairing pairing, in KernelEvent e)
    {
        switch (e.Kind)
        {
            case EventKind.SoftirqRaise:
                pairing.OnRaise(e);
                return null;
            case EventKind.SoftirqEntry:
                return pairing.OnEntry(e);
            case EventKind.SoftirqExit:
                pairing.OnExit();
                return null;
            case EventKind.Lost:
                pairing.OnLost();
                return null;
            default:
                pairing.OnOther(e);
                return null;
        }
    }
}
