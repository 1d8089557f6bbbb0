// SPDX-License-Identifier: Apache-2.0
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
