// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Simulation;

/// <summary>One logical CPU.</summary>
public sealed record HostCpu
{
    /// <summary>How far its tick is behind that of CPU 0 (<c>skew_tick</c>).</summary>
    public Elapsed TickPhase { get; init; } = Elapsed.Zero;

    /// <summary>In order of depth; the governor takes the deepest that the last idle time would have been worth.</summary>
    public IReadOnlyList<IdleState> IdleStates { get; init; } = [];
}

/// <summary>An idle state.</summary>
/// <param name="Exit">From the interrupt to its handler.</param>
/// <param name="Worth">Idle times that are shorter do not pay.</param>
public sealed record IdleState(string Name, Elapsed Exit, Elapsed Worth);
