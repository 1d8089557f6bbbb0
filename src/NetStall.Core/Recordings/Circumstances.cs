// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Recordings;

/// <summary>How a recording came about: what its recorder told of itself, and of the node. Beside the evidence, and no part of it.</summary>
/// <remarks>Null is what nobody told.</remarks>
public sealed record Circumstances
{
    /// <summary>Which netstall recorded.</summary>
    public string? Version { get; init; }

    /// <summary>When the recording was put together, by the node's clock.</summary>
    public DateTimeOffset? Made { get; init; }

    /// <summary>The wait for which a flight recorder kept it.</summary>
    public (CpuId Cpu, KernelTime Begin, Elapsed Length)? Trigger { get; init; }

    /// <summary>What sampled: <c>cycles</c> or <c>cpu-clock</c>.</summary>
    public string? Sampler { get; init; }

    /// <summary>CPU time of the recorder.</summary>
    public Elapsed? OwnCpu { get; init; }

    /// <summary>In which it spent that.</summary>
    public Elapsed? OwnCpuOver { get; init; }

    /// <summary>What went wrong or could not be had, as sentences. They may hold names.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    public NodeAccount? Node { get; init; }
}
