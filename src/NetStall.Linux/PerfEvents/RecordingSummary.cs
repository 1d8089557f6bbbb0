// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Linux.PerfEvents;

/// <summary>How a recording went.</summary>
/// <param name="Path">The file.</param>
/// <param name="Counts">What is in it.</param>
/// <param name="LostByCpu">CPUs whose rings had no room for some, and for how many.</param>
/// <param name="Sampler">What sampled: <c>cycles</c> or <c>cpu-clock</c>.</param>
/// <param name="SamplerReason">Why that one, as a sentence.</param>
/// <param name="Length">From the first event's enabling to the last's end.</param>
/// <param name="OwnCpu">CPU time of this process meanwhile, beside what the kernel spent on writing records.</param>
/// <param name="Flaws">What went wrong, as sentences.</param>
/// <param name="Steal">What the hypervisor took meanwhile, as the text of a StealHistory; empty for nothing.</param>
public sealed record RecordingSummary(
    string Path, RecorderCounts Counts, IReadOnlyDictionary<CpuId, long> LostByCpu, string Sampler, string SamplerReason,
    Elapsed Length, Elapsed OwnCpu, IReadOnlyList<string> Flaws, string Steal)
{
    /// <summary>In which <see cref="OwnCpu"/> was spent, where that is not <see cref="Length"/>: a flight recorder runs for longer than it writes down.</summary>
    public Elapsed? OwnCpuOver { get; init; }
}
