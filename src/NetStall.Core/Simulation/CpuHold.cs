// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Simulation;

/// <summary>Times at which CPUs do not run at all: their hypervisor has something else to do, or the firmware has.</summary>
public sealed record CpuHold
{
    /// <summary>Null: all at once, as a system management interrupt does.</summary>
    public int? Cpu { get; init; }
    public required Spread Every { get; init; }
    public required Spread Length { get; init; }
    public Elapsed From { get; init; } = Elapsed.Zero;

    /// <summary>How often; 0 is to the end.</summary>
    public int Times { get; init; }

    /// <summary>Whether the kernel learns of it, as it does of steal.</summary>
    public bool IsSteal { get; init; } = true;
}
