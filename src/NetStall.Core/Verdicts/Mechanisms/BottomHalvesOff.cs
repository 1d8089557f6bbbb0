// SPDX-License-Identifier: Apache-2.0
using NetStall.Waits;

namespace NetStall.Verdicts.Mechanisms;

/// <summary><c>bottom-halves-off</c>: one task held bottom halves off. Interrupts come on time, their exits run nothing, nobody wakes ksoftirqd.</summary>
/// <remarks>
/// The records say so themselves since 5.18 or so (<c>b</c>/<c>D</c> in ftrace's flags). Where they cannot, the picture says it:
/// raised by an interrupt, served on the same task's back without a switch, ksoftirqd not woken in between.
/// </remarks>
static class BottomHalvesOff
{
    /// <summary>
    /// The raise itself says it: its interrupt found bottom halves off, and the same task's back served it. That leaves no room for
    /// anything else, even if nothing at all was recorded in between.
    /// </summary>
    public static Finding? ExplainByRaise(Evidence e) =>
        e.Wait.Evidence == WaitEvidence.RaiseToEntry && e.Marks is { RaiseFoundBottomHalvesOff: true, ServedWithoutSwitch: true, KsoftirqdWoken: false }
            && e.Wait.ServedBy == e.Marks.RaisedOn && e.Marks.RaisedOn is { IsKnown: true, IsIdle: false } task
            ? new Finding(Mechanism.BottomHalvesOff, task, IsCertain: true)
            : null;

    public static Finding? Explain(Evidence e)
    {
        if (e.Holder is not { } task || e.HolderShare < 0.5)
            return null;
        if (e.Wait.Evidence == WaitEvidence.SampleRun)
            return new Finding(Mechanism.BottomHalvesOff, task, IsCertain: false);
        if (e.Wait.Evidence != WaitEvidence.RaiseToEntry)
            return null;

        var marks = e.Marks;
        bool flagged = marks.InterruptsOverBottomHalvesOff > 0 && marks.InterruptsOverBottomHalvesOff * 2 >= marks.Interrupts;
        // A ksoftirqd that was due before has the service in the end (4.9 to 6.4), and looks like a long system call: the flag decides.
        if (flagged)
            return new Finding(Mechanism.BottomHalvesOff, task, IsCertain: true);
        // Interrupts came and raised more, their exits ran nothing, and nobody woke ksoftirqd: what else keeps softirqs from running?
        if (marks is { ServedWithoutSwitch: true, WakingsRecorded: true, KsoftirqdWoken: false, OtherRaises: > 0 } && e.Wait.ServedBy == task)
            return new Finding(Mechanism.BottomHalvesOff, task, IsCertain: false);
        return null;
    }
}
