// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Waits;

/// <summary>How a wait was seen.</summary>
public enum WaitEvidence
{
    /// <summary>softirq_raise and softirq_entry: exact.</summary>
    RaiseToEntry,

    /// <summary>Samples only: one task ran on in the kernel, then ksoftirqd served NET_RX. Begin and end are bounds.</summary>
    LateKsoftirqd,

    /// <summary>Samples only: one task or softirq ran on in the kernel, then NET_RX was served on its back. Begin and end are bounds.</summary>
    SampleRun,

    /// <summary>Interrupts that were due did not come: the CPU was silent. No raise can be seen then, so the silence is the wait, and "up to" stands before it.</summary>
    SampleHole,

    /// <summary>softirq_entry and napi_poll: NET_RX had come, and a poll took long. Packets waited up to so long.</summary>
    EntryToPoll,

    /// <summary>A NAPI thread was woken and did not run: exact.</summary>
    NapiThread,
}

/// <summary>A stretch of time in which NET_RX of one CPU waited, or could not have been served. Half-open: <c>[Begin, End)</c>.</summary>
/// <param name="Cpu">The CPU that should have served.</param>
/// <param name="ServedBy">The task on the CPU when it ended: ksoftirqd, the NAPI thread, or whoever was interrupted. Never the culprit by itself.</param>
/// <param name="IsUpperBound">The wait was at most so long: begin or end are the nearest things seen.</param>
public sealed record Wait(CpuId Cpu, KernelTime Begin, KernelTime End, WaitEvidence Evidence, Tid ServedBy, bool IsUpperBound)
{
    public Elapsed Length => End - Begin;
}
