// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Probing;

/// <summary>A stall as the node itself tells it, on its own clock.</summary>
/// <param name="Id">Its number in the node's report.</param>
/// <param name="IsUpperBound">It was at most so long.</param>
/// <param name="Culprit">Null when nobody is named.</param>
/// <param name="Mechanism">By its name in reports.</param>
public sealed record NodeStall(int Id, CpuId Cpu, KernelTime Begin, KernelTime End, bool IsUpperBound, string? Culprit, string Mechanism)
{
    public Elapsed Length => End - Begin;
}
