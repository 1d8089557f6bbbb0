// SPDX-License-Identifier: Apache-2.0
using NetStall.Budgets;

namespace NetStall.Verdicts.Mechanisms;

/// <summary><c>hardirq-storm</c>: hard interrupts took the CPU, many or one long one. No task is to blame: it was interrupted.</summary>
static class HardirqStorm
{
    public static Finding? Explain(Evidence e) =>
        e.Budget.ShareOf(HolderKind.Hardirq) >= 0.5 ? new Finding(Mechanism.HardirqStorm, null, IsCertain: true) : null;
}
