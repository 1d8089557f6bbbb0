// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Linux.PerfEvents;

/// <summary>What to record, and how.</summary>
public sealed record RecorderOptions
{
    /// <summary>Null for all that are on line.</summary>
    public IReadOnlyList<CpuId>? Cpus { get; init; }

    /// <summary>Samples a second on each CPU. Not 1000: it must not walk in step with the kernel's own tick.</summary>
    public int Frequency { get; init; } = 999;

    /// <summary>Bytes of each CPU's ring, a power of two.</summary>
    public int RingSize { get; init; } = 4 << 20;

    /// <summary>Enter and exit of every system call too.</summary>
    public bool SystemCalls { get; init; }

    /// <summary>Waits at or over it are counted as stalls while it records; what is recorded does not depend on it.</summary>
    public Elapsed Threshold { get; init; } = Elapsed.FromMilliseconds(10);

    /// <summary>What the file shall say that it was made by.</summary>
    public IReadOnlyList<string> CommandLine { get; init; } = ["netstall"];

    /// <summary>Which program, and its version.</summary>
    public string Version { get; init; } = "netstall";
}
