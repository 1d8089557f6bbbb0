// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Simulation;

/// <summary>Interrupts of something else than the NIC, and the softirqs that they raise: disks, timers, tasklets.</summary>
public sealed record DeviceInterrupt
{
    public required string Name { get; init; }
    public int Cpu { get; init; }

    /// <summary>0: the next free number. The local timer has none.</summary>
    public int Irq { get; init; }

    /// <summary>Comes as a timer of the CPU, not as a device's interrupt.</summary>
    public bool IsTimer { get; init; }

    public required Spread Every { get; init; }
    public Spread Length { get; init; } = Spread.Microseconds(1);
    public Elapsed From { get; init; } = Elapsed.Zero;
    public Elapsed? Until { get; init; }

    /// <summary>The softirq that it raises, and how long that works; null for none.</summary>
    public SoftirqVector? Raises { get; init; }
    public Spread SoftirqLength { get; init; } = Spread.Microseconds(2);

    /// <summary>Kernel functions that its handler calls, root first, as samples show them; and those of its softirq.</summary>
    public IReadOnlyList<string> Functions { get; init; } = [];
    public IReadOnlyList<string> SoftirqFunctions { get; init; } = [];
}
