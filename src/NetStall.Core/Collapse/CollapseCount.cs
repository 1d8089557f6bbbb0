// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Collapse;

/// <summary>What came of collapsing one recording.</summary>
/// <param name="Stacks">How many records had a stack or were samples.</param>
/// <param name="Lines">How many lines were written.</param>
/// <param name="WithoutStack">Tracepoints that had no call chain and so have no line.</param>
public readonly record struct CollapseCount(long Stacks, long Lines, long WithoutStack);
