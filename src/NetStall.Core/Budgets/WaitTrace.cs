// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Stacks;

namespace NetStall.Budgets;

/// <summary>A stretch of a wait between two neighbouring events, and what its CPU was doing in it.</summary>
struct Piece
{
    public KernelTime From, To;
    public Tid Task;
    public Pid Pid;
    public NameId Comm;
    public int? Priority;

    /// <summary>Pieces of one stretch belong to one task without a switch between them.</summary>
    public int Stretch;
    public HolderKind Kind;
    public string? Syscall;
    public string? Name;

    /// <summary>The system call's number while <see cref="Syscall"/> is not named yet; -1 for none.</summary>
    public int SyscallNumber;

    public readonly Elapsed Length => To - From;
}

/// <summary>A sample near the wait, read.</summary>
readonly record struct SampleMark(KernelTime Time, Tid Task, int Stretch, StackReading Reading, ulong[] Chain);

/// <summary>Marks on the way through a wait that tell one mechanism from another (kernel-model: section 2).</summary>
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

    /// <summary>Through which door the task left that was on the CPU last; unknown without a switch.</summary>
    public SwitchDoor LastDoor { get; set; } = SwitchDoor.Unknown;

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

/// <summary>All that is known of one wait: its pieces, its samples, its marks.</summary>
sealed record WaitTrace(Waits.Wait Wait, List<Piece> Pieces, List<SampleMark> Samples, WaitMarks Marks)
{
    /// <summary>The first sample at or after the end of a silence: the late beat that carries the culprit.</summary>
    public SampleMark? LateSample { get; init; }

    /// <summary>
    /// Time within the wait in which nothing at all was recorded for longer than a tick should allow, where nothing regular was
    /// recorded that could prove a silence. Whoever is on the CPU then may be as stopped as the CPU.
    /// </summary>
    public Elapsed Uneventful { get; init; }

    /// <summary>
    /// Whether that sample came late, that is off the beat: a timer keeps its grid (hrtimer_forward_now), so the next sample after a late one
    /// comes in less than a period. A first sample that is on the beat was preceded by nothing that held it back: the CPU was idle and not sampled.
    /// Null when no next sample tells.
    /// </summary>
    public bool? LateSampleIsOffBeat { get; init; }

    /// <summary>The task that itself raised, from its own context, the softirq that then held most of the wait; unknown when an interrupt did.</summary>
    public Tid SoftirqRaisedBy { get; init; } = Tid.Unknown;

    /// <summary>The system call in which the silence fell was hardly longer than the silence, so that the two belong together.</summary>
    public bool SilentCallIsShort { get; init; }

    /// <summary>cgroups of the tasks, as their records told.</summary>
    public Dictionary<int, CgroupId> Cgroups { get; init; } = [];

    public Elapsed LongestSilence
    {
        get
        {
            var longest = Elapsed.Zero;
            foreach (var piece in Pieces)
            {
                if (piece.Kind == HolderKind.Silent)
                    longest = Elapsed.Max(longest, piece.Length);
            }
            return longest;
        }
    }
}
