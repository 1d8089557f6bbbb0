// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Simulation;

/// <summary>A <see cref="TaskStep"/> made ready to run.</summary>
sealed class LiveStep
{
    public required TaskStep Definition { get; init; }
    public required Draw Length { get; init; }
    public Draw? HoldFor { get; init; }
    public Draw? LetGoFor { get; init; }
    public Draw? CondResched { get; init; }
    public Draw? MightSleep { get; init; }
    public Holding Holds { get; init; }

    /// <summary>-1: none.</summary>
    public int SyscallNumber { get; init; } = -1;

    /// <summary>Kernel frames, leaf first.</summary>
    public ulong[] Frames { get; init; } = [];
    public LiveSocket? Socket { get; init; }
    public LiveFlow? Flow { get; init; }
    public LiveNapi? Napi { get; init; }
    public int Packets { get; init; }
}
