// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Bundles;

/// <summary>How a recording went, as its recorder tells it.</summary>
public sealed record RecordingAccount
{
    /// <summary>From the first event's enabling to the last's end; of a flight recorder, what its capture spans.</summary>
    public Elapsed? Length { get; init; }

    /// <summary>What sampled: <c>cycles</c> or <c>cpu-clock</c>.</summary>
    public string? Sampler { get; init; }

    public long? Samples { get; init; }
    public long? Tracepoints { get; init; }

    /// <summary>Records for which a ring had no room.</summary>
    public long? Lost { get; init; }

    /// <summary>CPUs that lost some, and how many.</summary>
    public IReadOnlyList<(CpuId Cpu, long Lost)> LostByCpu { get; init; } = [];

    /// <summary>How often the kernel stopped a sampler for a while.</summary>
    public long? Throttled { get; init; }

    /// <summary>CPU time of the recorder since it began, beside what the kernel spent on writing records.</summary>
    public Elapsed? OwnCpu { get; init; }

    /// <summary>In which it spent that; longer than <see cref="Length"/> for a flight recorder. Null: in <see cref="Length"/>.</summary>
    public Elapsed? OwnCpuOver { get; init; }

    /// <summary>What went wrong, as sentences.</summary>
    public IReadOnlyList<string> Flaws { get; init; } = [];
}
