// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Linux.PerfEvents;

/// <summary>What a flight recorder keeps, and when it writes it down.</summary>
public sealed record FlightOptions
{
    public RecorderOptions Recorder { get; init; } = new();

    /// <summary>Locked memory for all rings together. Each CPU gets its share, rounded down to a power of two.</summary>
    public long Memory { get; init; } = 64 << 20;

    /// <summary>How much before a stall a capture holds, as far as the rings reach back.</summary>
    public Elapsed Before { get; init; } = Elapsed.FromSeconds(1);

    /// <summary>How much after it.</summary>
    public Elapsed After { get; init; } = Elapsed.FromMilliseconds(200);

    /// <summary>So long after the beginning, or after a capture, nothing is captured: there would be no history, and a sick node is not to be made sicker.</summary>
    public Elapsed Pause { get; init; } = Elapsed.FromSeconds(2);

    /// <summary>Captures in all; null for any number.</summary>
    public int? Captures { get; init; }
}
