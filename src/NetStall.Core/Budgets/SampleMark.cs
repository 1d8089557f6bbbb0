// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Stacks;

namespace NetStall.Budgets;

/// <summary>A sample near the wait, read.</summary>
readonly record struct SampleMark(KernelTime Time, Tid Task, int Stretch, StackReading Reading, ulong[] Chain);
