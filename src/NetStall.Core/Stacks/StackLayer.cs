// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Stacks;

/// <summary>Who was really at work when a sample was taken: a task's sample may hold an interrupt on top of the task.</summary>
enum StackLayer : byte
{
    User,

    /// <summary>The task itself, in the kernel.</summary>
    Task,
    Hardirq,
    Softirq,
    Idle,

    /// <summary>No chain, or none that we can name.</summary>
    Unknown,
}
