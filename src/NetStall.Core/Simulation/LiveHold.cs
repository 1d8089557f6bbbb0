// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Simulation;

/// <summary>A <see cref="CpuHold"/> at work.</summary>
sealed class LiveHold
{
    public required CpuHold Definition { get; init; }
    public required int Slot { get; init; }
    public required Draw Every { get; init; }
    public required Draw Length { get; init; }
    public int Count { get; set; }
}
