// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Budgets;

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

    public Elapsed LongestSilence => LongestSilentPiece?.Length ?? Elapsed.Zero;

    public Piece? LongestSilentPiece
    {
        get
        {
            Piece? longest = null;
            foreach (var piece in Pieces)
            {
                if (piece.Kind == HolderKind.Silent && piece.Length > (longest?.Length ?? Elapsed.Zero))
                    longest = piece;
            }
            return longest;
        }
    }
}
