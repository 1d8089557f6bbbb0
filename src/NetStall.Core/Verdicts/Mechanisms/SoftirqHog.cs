// SPDX-License-Identifier: Apache-2.0
using NetStall.Budgets;
using NetStall.Model;

namespace NetStall.Verdicts.Mechanisms;

/// <summary>Softirqs themselves took the CPU: another vector or one long poll (<c>softirq-hog</c>), or many devices' polls (<c>napi-budget</c>).</summary>
/// <remarks>
/// The task beneath was interrupted and is innocent, with one exception: softirqs that a task raised itself, from its own
/// context, and ran on its own back (a datagram over loopback) are that task's work.
/// </remarks>
static class SoftirqHog
{
    public static Finding? Explain(Evidence e)
    {
        if (e.Budget.ShareOf(HolderKind.Softirq) < 0.5)
            return null;
        bool netRx = e.Budget.Entries[0].Holder is { Kind: HolderKind.Softirq, Name: "NET_RX" };
        // Whole budgets used, by several NAPIs: fairness among devices, not one handler that hangs.
        if (netRx && e.Marks.FullPolls >= 2 && e.Marks.PollingNapis >= 2)
            return new Finding(Mechanism.NapiBudget, null, IsCertain: true);
        return new Finding(Mechanism.SoftirqHog, OwnWork(e), IsCertain: true);
    }

    static Tid? OwnWork(Evidence e) => e.Trace.SoftirqRaisedBy is { IsKnown: true, IsIdle: false } task ? task : null;
}
