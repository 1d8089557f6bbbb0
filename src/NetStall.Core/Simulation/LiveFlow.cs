// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Simulation;

/// <summary>The packets of one <see cref="Arrivals"/>, or of one sending task.</summary>
sealed class LiveFlow
{
    public required int Index { get; init; }
    public required int Hops { get; init; }
    public required Draw Cost { get; init; }
    public required LiveSocket? To { get; init; }

    /// <summary>Where receive packet steering sends it; null: it stays.</summary>
    public LiveCpu? SteeredTo { get; set; }
    public FlowCounters Counters { get; } = new();
}
