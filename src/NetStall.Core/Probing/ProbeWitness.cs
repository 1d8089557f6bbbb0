// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Recordings;

namespace NetStall.Probing;

/// <summary>What the probes say: as much of a <see cref="ProbeReport"/> as is joined with a node's.</summary>
/// <param name="Source">The file it stands in.</param>
/// <param name="Pauses">The prober's own, the longest ones.</param>
public sealed record ProbeWitness(
    string Source, string Target, Elapsed Interval, Elapsed Threshold, KernelTime Begin, KernelTime End, RecordingClock Clock,
    IReadOnlyList<ProbeStall> Stalls, IReadOnlyList<OwnPause> Pauses);
