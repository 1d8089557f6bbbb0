// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Verdicts;

/// <summary>How much was seen: what an acquittal rests on.</summary>
/// <param name="Raises">NET_RX raises, and wake-ups of NAPI threads.</param>
/// <param name="Served">Those whose service was seen.</param>
/// <param name="Unpaired">Entries without a raise, and raises given up when records were lost.</param>
/// <param name="WorstWait">Null when raises and entries were not recorded.</param>
/// <param name="Seen">From the first to the last event of the CPU of which that is longest; pauses between two files are not taken off.</param>
/// <param name="Cpus">Those of which something was recorded and that were asked for, in the order of their numbers.</param>
public sealed record Coverage(long Raises, long Served, long Unpaired, Elapsed? WorstWait, Elapsed Seen, IReadOnlyList<CpuId> Cpus)
{
    /// <summary>
    /// On every CPU that received, interrupts that were off would have shown. Raise and entry do not show them: the packet's own interrupt waits
    /// too, and NET_RX is raised only when it is over.
    /// </summary>
    public bool TellsSilences { get; init; }

    /// <summary>
    /// The longest that such a CPU was at work without an event and had packets right after, where nothing regular was recorded that would tell
    /// whether interrupts were off; zero while shorter than the threshold.
    /// </summary>
    public Elapsed LongestUnseen { get; init; }

    /// <summary>Of none of those CPUs more than a twentieth of the records was lost.</summary>
    public bool LostLittle { get; init; } = true;

    /// <summary>The longest that NET_RX, or a NAPI thread, was still waiting when its CPU's last event came; zero when none was.</summary>
    public Elapsed StillWaiting { get; init; }

    /// <summary>The first and the last event.</summary>
    public KernelTime Begin { get; init; }
    public KernelTime End { get; init; }
}
