// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Simulation;

/// <summary>What may interrupt what on one CPU; of each level there is one at most.</summary>
enum Level : byte
{
    Task,
    Softirq,
    Hardirq,
    Nmi,

    /// <summary>The CPU does not run.</summary>
    Held,
}
