// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Recordings;
using NetStall.Verdicts;

namespace NetStall.Linux.Lab;

/// <summary>What of the running kernel decides which stalls it has.</summary>
/// <param name="HasGate">Softirqs wait for a ksoftirqd that is merely runnable (4.9 to 6.4).</param>
/// <param name="GateIsObserved">Seen in a recording, not told by the version.</param>
/// <param name="IsPreemptible">Tasks give the CPU away in the middle of a system call.</param>
/// <param name="Tick">From one tick to the next.</param>
public sealed record KernelBehaviour(bool HasGate, bool GateIsObserved, bool IsPreemptible, Elapsed Tick)
{
    /// <summary>Whether the version lets expect the gate: a fallback, since distributions move the patches.</summary>
    /// <param name="release"><c>uname -r</c>.</param>
    public static bool ExpectsGate(string? release) =>
        KernelRelease.Parse(release) is { } kernel && kernel >= new KernelRelease(4, 9) && kernel < new KernelRelease(6, 5);

    /// <summary>What was seen counts more than what the version told.</summary>
    public KernelBehaviour With(GateVerdict seen) => seen switch
    {
        GateVerdict.Present => this with { HasGate = true, GateIsObserved = true },
        GateVerdict.Absent => this with { HasGate = false, GateIsObserved = true },
        _ => this,
    };
}
