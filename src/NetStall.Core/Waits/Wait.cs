// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Waits;

/// <summary>A stretch of time in which NET_RX of one CPU waited, or could not have been served. Half-open: <c>[Begin, End)</c>.</summary>
/// <param name="Cpu">The CPU that should have served.</param>
/// <param name="ServedBy">The task on the CPU when it ended: ksoftirqd, the NAPI thread, or whoever was interrupted. Never the culprit by itself.</param>
/// <param name="IsUpperBound">The wait was at most so long: begin or end are the nearest things seen.</param>
public sealed record Wait(CpuId Cpu, KernelTime Begin, KernelTime End, WaitEvidence Evidence, Tid ServedBy, bool IsUpperBound)
{
    public Elapsed Length => End - Begin;
}
