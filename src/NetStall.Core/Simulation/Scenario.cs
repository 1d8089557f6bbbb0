// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Simulation;

/// <summary>What is to be simulated. Several hosts do not know each other: they are variants under the same load, to be compared.</summary>
public sealed record Scenario
{
    public string Name { get; init; } = "scenario";

    /// <summary>Same seed, same scenario: same events to the nanosecond.</summary>
    public ulong Seed { get; init; } = 1;
    public Elapsed Length { get; init; } = Elapsed.FromSeconds(1);
    public IReadOnlyList<Host> Hosts { get; init; } = [new Host()];
}
