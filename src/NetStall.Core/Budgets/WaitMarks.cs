// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Budgets;

/// <summary>Marks on the way through a wait that tell one mechanism from another.</summary>
sealed class WaitMarks
{
    /// <summary>ksoftirqd was woken during the wait, or already waited for the CPU when it began.</summary>
    public bool KsoftirqdWoken { get; set; }

    /// <summary>Wake-ups were recorded, so that "not woken" means something.</summary>
    public bool WakingsRecorded { get; set; }

    /// <summary>Other softirqs raised while NET_RX waited, as each tick does.</summary>
    public int OtherRaises { get; set; }

    /// <summary>Events inside the wait told in which context they were written.</summary>
    public bool ContextTold { get; set; }

    /// <summary>Events written by hard interrupts that told their context, and how many of them had interrupted a section with bottom halves off.</summary>
    public int Interrupts { get; set; }
    public int InterruptsOverBottomHalvesOff { get; set; }

    /// <summary>Those of them that came some time after the interrupt that raised NET_RX.</summary>
    public int InterruptsAfterRaise { get; set; }

    /// <summary>sched_switch events inside the wait, up to the one that ended it.</summary>
    public int Switches { get; set; }

    /// <summary>The raise that began the wait came from task context (no interrupt): a driver's or the task's own.</summary>
    public bool? RaisedByTask { get; set; }

    /// <summary>The interrupt that raised NET_RX had interrupted a section with bottom halves off: nothing could be served before its end.</summary>
    public bool RaiseFoundBottomHalvesOff { get; set; }

    /// <summary>Who was on the CPU at the raise.</summary>
    public Tid RaisedOn { get; set; } = Tid.Unknown;

    /// <summary>Polls inside the wait: whole budgets used, and of how many different NAPIs.</summary>
    public int FullPolls { get; set; }
    public int PollingNapis { get; set; }

    /// <summary>Packets taken by the first service after the wait; null when polls were not recorded.</summary>
    public int? PacketsServed { get; set; }

    /// <summary>The device of the first poll after the wait that named one.</summary>
    public NameId Device { get; set; }

    /// <summary>The service after the wait ran on the back of the same task, without a switch.</summary>
    public bool ServedWithoutSwitch { get; set; }

    /// <summary>Records were lost within the wait.</summary>
    public bool RecordsLost { get; set; }

    /// <summary>NET_RX was raised within 2 ms after the end: packets had really waited through a silence.</summary>
    public bool RaisedRightAfter { get; set; }
}
