// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Linux.Lab;

/// <summary>Whom a right verdict names.</summary>
public enum Blame
{
    /// <summary>The task that made the stall.</summary>
    TheCaller,

    /// <summary>No task: an interrupt had the CPU, and whoever it interrupted is innocent.</summary>
    NoTask,

    /// <summary>One of those that competed, or none of them: together they did it.</summary>
    AnyOfThem,
}
