// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Recordings;

namespace NetStall.Probing;

/// <summary>What the node says.</summary>
/// <param name="Stalls">In order of begin.</param>
/// <param name="Seen">What was recorded; null when the report does not tell.</param>
public sealed record NodeWitness(IReadOnlyList<NodeStall> Stalls, (KernelTime Begin, KernelTime End)? Seen, RecordingClock Clock);
