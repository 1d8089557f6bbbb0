// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Simulation;

/// <summary>A <see cref="DeviceInterrupt"/> at work.</summary>
sealed class LiveInterrupt
{
    public required DeviceInterrupt Definition { get; init; }
    public required LiveCpu Cpu { get; init; }
    public required int Bit { get; init; }
    public required int Slot { get; init; }
    public required int Irq { get; init; }
    public required NameId Handler { get; init; }
    public required Draw Every { get; init; }
    public required Draw Length { get; init; }
    public required Draw SoftirqLength { get; init; }
    public required ulong[] Frames { get; init; }
    public required ulong[] SoftirqFrames { get; init; }
}
