// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Simulation;

/// <summary>A task that stays on one CPU and does its steps one after the other, again and again.</summary>
public sealed record HostTask
{
    public required string Name { get; init; }
    public int Cpu { get; init; }

    /// <summary>0: the next free one.</summary>
    public int Tid { get; init; }

    public int Nice { get; init; }

    /// <summary>SCHED_FIFO with this priority, 1 to 99; 0 is an ordinary task.</summary>
    public int Realtime { get; init; }

    /// <summary>Its <see cref="TaskGroup.Name"/>; null for the root.</summary>
    public string? Group { get; init; }

    /// <summary>A thread of the kernel: it has no user mode.</summary>
    public bool IsKernel { get; init; }

    public Elapsed Starts { get; init; } = Elapsed.Zero;

    /// <summary>How often the program runs; 0 is for ever.</summary>
    public int Times { get; init; }

    public required IReadOnlyList<TaskStep> Program { get; init; }
}
