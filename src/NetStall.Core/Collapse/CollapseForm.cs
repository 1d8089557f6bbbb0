// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Collapse;

/// <summary>How a stack is written on one line.</summary>
public enum CollapseForm
{
    /// <summary><c>TIME CPU PID/TID comm;root;…;leaf</c>, one line for each stack.</summary>
    Timed,

    /// <summary><c>FIRST LAST N CPU PID/TID comm;root;…;leaf</c>, one line for equal stacks that follow one another on a CPU.</summary>
    Runs,

    /// <summary><c>comm;root;…;leaf</c>, one line for each stack: as in the article of 2019.</summary>
    Article,
}
