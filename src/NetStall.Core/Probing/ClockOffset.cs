// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Probing;

/// <summary>How sure the way is in which two clocks lie to each other.</summary>
public enum OffsetSureness
{
    /// <summary>Nothing confirms it: the wall clocks are taken at their word.</summary>
    Assumed,

    /// <summary>Another offset fits nearly as many stalls, or one stall alone speaks for it.</summary>
    Low,
    Medium,

    /// <summary>Three stalls or more agree, and no other offset fits half as many.</summary>
    High,
}

/// <summary>What to add to a time on the prober's clock for the same moment on the node's.</summary>
/// <param name="WallClocksDiffer">The node's wall clock is ahead of the prober's by so much; null where one has none.</param>
/// <param name="Spread">How far the stalls disagree on it.</param>
/// <param name="Matches">Stalls that agree on it.</param>
/// <param name="RunnerUp">Stalls that agree on the next best one.</param>
public sealed record ClockOffset(Elapsed Offset, Elapsed? WallClocksDiffer, Elapsed Spread, int Matches, int RunnerUp, OffsetSureness Sureness);
