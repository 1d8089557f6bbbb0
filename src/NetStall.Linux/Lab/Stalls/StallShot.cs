// SPDX-License-Identifier: Apache-2.0
using NetStall.Linux.Bpf;
using NetStall.Model;

namespace NetStall.Linux.Lab.Stalls;

/// <summary>One stall as its maker measured it.</summary>
/// <param name="Begin">CLOCK_MONOTONIC.</param>
/// <param name="Length">How long the CPU was held.</param>
public readonly record struct StallShot(KernelTime Begin, Elapsed Length)
{
    /// <summary>Who held it; null for the thread that shot.</summary>
    public Tid? Tid { get; init; }

    /// <summary>Where, if the program that held it wrote that down; null for the CPU that was asked for.</summary>
    public CpuId? Cpu { get; init; }

    /// <summary>What a program wrote down; null when that is still what it had written before.</summary>
    internal static StallShot? Of(Hold hold, Hold before) =>
        hold.Begin == before.Begin ? null : new StallShot(hold.Begin, hold.Length) { Cpu = hold.Cpu };
}
