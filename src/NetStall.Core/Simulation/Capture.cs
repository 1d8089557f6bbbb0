// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Simulation;

/// <summary>How a simulated host is recorded, and how well.</summary>
public sealed record Capture
{
    /// <summary>The first moment on the recording's clock.</summary>
    public static readonly KernelTime Origin = new(1_000_000_000_000);

    /// <summary>Softirqs, switches, wake-ups and polls.</summary>
    public bool Tracepoints { get; init; } = true;

    /// <summary>Hard interrupts, the local timer and IPIs; system calls; idle states.</summary>
    public bool Interrupts { get; init; }
    public bool Syscalls { get; init; }
    public bool Idle { get; init; }

    /// <summary>Samples a second; 0 for none. They are interrupts of the simulated CPUs, with all that follows from that.</summary>
    public int SampleRate { get; init; }

    /// <summary>Sampled by NMI (cycles) rather than by a timer: sees code with interrupts off, not idle CPUs.</summary>
    public bool SamplesByNmi { get; init; }

    /// <summary>Only these CPUs; null for all.</summary>
    public IReadOnlyList<int>? Cpus { get; init; }

    /// <summary>Each CPU loses all records for <see cref="LossLength"/>, about so often; null for never.</summary>
    public Elapsed? LossEvery { get; init; }
    public Elapsed LossLength { get; init; } = Elapsed.FromMilliseconds(5);

    /// <summary>Whether records tell their context (<c>common_flags</c>).</summary>
    public bool Flags { get; init; } = true;

    /// <summary>Whether frames have names.</summary>
    public bool Symbols { get; init; } = true;

    /// <summary>Whether /proc/stat's steal was read beside it, ten times a second.</summary>
    public bool Steal { get; init; }
}
