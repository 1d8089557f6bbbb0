// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Simulation;

/// <summary>Where a task in the kernel lets another one have the CPU.</summary>
public enum PreemptionModel
{
    /// <summary>On return to user mode, when it blocks, and at cond_resched().</summary>
    None,

    /// <summary>At might_sleep() too.</summary>
    Voluntary,

    /// <summary>Wherever no lock is held.</summary>
    Full,

    /// <summary>As <see cref="Full"/>, but an ordinary task is asked to go only a tick after it was asked to go on return to user mode.</summary>
    Lazy,

    /// <summary>As <see cref="Full"/>; interrupts and softirqs run in threads, and bottom halves off is a lock that can be preempted.</summary>
    Realtime,
}
