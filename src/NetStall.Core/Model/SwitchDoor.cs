// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Model;

/// <summary>Through which door a task left the CPU: <c>prev_state</c> of sched_switch.</summary>
public enum SwitchDoor
{
    /// <summary><c>R</c>: still runnable, switched on return to user mode.</summary>
    Runnable,

    /// <summary><c>R+</c>: still runnable, preempted inside the kernel or at cond_resched().</summary>
    Preempted,

    /// <summary>Sleeping, stopped, exiting: it gave the CPU away itself.</summary>
    Gone,
    Unknown,
}
