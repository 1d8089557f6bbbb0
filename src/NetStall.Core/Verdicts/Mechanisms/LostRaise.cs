// SPDX-License-Identifier: Apache-2.0
using NetStall.Budgets;

namespace NetStall.Verdicts.Mechanisms;

/// <summary><c>lost-raise</c>: NET_RX was raised from task context with bottom halves on, nobody was woken, and the CPU went idle on it.</summary>
static class LostRaise
{
    public static Finding? Explain(Evidence e) =>
        e.Budget.ShareOf(HolderKind.Idle) >= 0.5 && e.Marks is { RaisedByTask: true, KsoftirqdWoken: false, WakingsRecorded: true }
            ? new Finding(Mechanism.LostRaise, null, IsCertain: true)
            : null;
}
