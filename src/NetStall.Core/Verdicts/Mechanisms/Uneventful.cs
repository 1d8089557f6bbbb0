// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Verdicts.Mechanisms;

/// <summary>Most of the wait nothing at all was recorded, not even what ticks do: the CPU itself may have stood still.</summary>
/// <remarks>Asked before all others, since each of them would take the one name that is at hand, and it may be an innocent's.</remarks>
static class Uneventful
{
    public static Finding? Explain(Evidence e) => e.Trace.Uneventful.ShareOf(e.Wait.Length) < 0.6
        ? null
        : new Finding(Mechanism.Unknown, null, IsCertain: false,
            $"For {e.Trace.Uneventful} of the wait nothing was recorded on this CPU, not even a tick's softirq: interrupts were off, or a virtual CPU was not running. Record irq_vectors:local_timer_entry or samples (-e cpu-clock) too.");
}
