// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Linux.Lab.Stalls;

/// <summary>One stall as its maker measured it.</summary>
/// <param name="Begin">CLOCK_MONOTONIC.</param>
/// <param name="Length">How long the CPU was held.</param>
public readonly record struct StallShot(KernelTime Begin, Elapsed Length)
{
    /// <summary>Who held it; null for the process's first thread.</summary>
    public Tid? Tid { get; init; }
}
