// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Recordings;
using NetStall.Waits;

namespace NetStall.Budgets;

/// <summary>Reads the marks of one wait off the events in and around it.</summary>
sealed class MarkReader(Recording recording, Wait wait)
{
    /// <summary>What comes later than this after a wait has nothing to do with it.</summary>
    public static readonly Elapsed SoonAfter = Elapsed.FromMilliseconds(2);

    /// <summary>Two events further apart are not of one interrupt and the softirqs at its end.</summary>
    public static readonly Elapsed LongerThanOneInterrupt = Elapsed.FromMilliseconds(2);

    readonly bool _exitsRecorded = recording.Kinds.Has(EventKind.SoftirqExit);
    readonly HashSet<int> _napis = [];

    public WaitMarks Marks { get; } = new()
    {
        WakingsRecorded = recording.Kinds.Has(EventKind.SchedWaking) || recording.Kinds.Has(EventKind.SchedWakeup),
    };

    /// <summary>The first service after the wait is over.</summary>
    public bool IsServed { get; private set; }

    public void On(in KernelEvent e)
    {
        bool inside = e.Time >= wait.Begin && e.Time < wait.End;
        var marks = Marks;
        switch (e.Kind)
        {
            case EventKind.SoftirqRaise when e.Time == wait.Begin && e.Vector == SoftirqVector.NetRx && e.Has(ContextFlags.Known):
                marks.RaisedByTask = !e.Has(ContextFlags.HardIrq) && !e.Has(ContextFlags.SoftIrq);
                marks.RaiseFoundBottomHalvesOff = e.Has(ContextFlags.HardIrq | ContextFlags.BottomHalvesOff) && !e.Has(ContextFlags.SoftIrq);
                marks.RaisedOn = e.Tid;
                break;
            case EventKind.SoftirqRaise when e.Time >= wait.End && e.Time <= wait.End + SoonAfter && e.Vector == SoftirqVector.NetRx:
                marks.RaisedRightAfter = true;
                break;
            case EventKind.SchedWaking or EventKind.SchedWakeup when e.Time <= wait.End && IsKsoftirqd(e.WokenComm):
                marks.KsoftirqdWoken = true;
                break;
            case EventKind.SchedSwitch:
                // Before the wait this is who runs when it begins; a ksoftirqd that has left is no longer woken.
                if (e.Time < wait.Begin && (IsKsoftirqd(e.NextComm) || IsKsoftirqd(e.PreviousComm)))
                    marks.KsoftirqdWoken = IsKsoftirqd(e.PreviousComm) && e.Door != SwitchDoor.Gone;
                if (e.Time >= wait.Begin && e.Time <= wait.End)
                    marks.Switches++;
                // Where exits were not recorded, the next task ends the service all the same.
                IsServed |= !_exitsRecorded && e.Time > wait.End;
                break;
            case EventKind.NapiPoll when inside && e.Budget > 0:
                if (e.Work >= e.Budget)
                    marks.FullPolls++;
                _napis.Add(e.NapiKey);
                marks.PollingNapis = _napis.Count;
                break;
            case EventKind.NapiPoll when e.Time >= wait.End && !IsServed:
                marks.PacketsServed = (marks.PacketsServed ?? 0) + e.Work;
                if (!marks.Device.IsKnown)
                    marks.Device = e.Device;
                if (wait.Evidence == WaitEvidence.NapiThread)
                    IsServed = true;
                break;
            case EventKind.SoftirqExit when e.Time >= wait.End && e.Vector == SoftirqVector.NetRx:
                IsServed = true;
                break;
            case EventKind.SoftirqEntry when e.Time == wait.End && e.Vector == SoftirqVector.NetRx:
                marks.ServedWithoutSwitch = marks.Switches == 0;
                break;
            case EventKind.Lost when e.Time >= wait.Begin && e.Time <= wait.End:
                marks.RecordsLost = true;
                break;
        }
        // One interrupt's own raises are no sign: those of a later one are.
        if (inside && e.Kind == EventKind.SoftirqRaise && e.Vector != SoftirqVector.NetRx && e.Time - wait.Begin >= LongerThanOneInterrupt)
            marks.OtherRaises++;
        marks.ContextTold |= inside && e.Has(ContextFlags.Known);
        if (inside && e.Has(ContextFlags.Known | ContextFlags.HardIrq) && !e.Has(ContextFlags.SoftIrq))
        {
            marks.Interrupts++;
            if (e.Time - wait.Begin >= LongerThanOneInterrupt)
                marks.InterruptsAfterRaise++;
            if (e.Has(ContextFlags.BottomHalvesOff))
                marks.InterruptsOverBottomHalvesOff++;
        }
    }

    bool IsKsoftirqd(NameId comm) => comm.IsKnown && recording.Names.Bytes(comm).StartsWith("ksoftirqd/"u8);
}
