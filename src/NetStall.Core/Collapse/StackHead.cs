// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Collapse;

/// <summary>One record, ready to be written but for its stack.</summary>
/// <param name="Nanoseconds">When.</param>
/// <param name="Cpu">-1 if not known.</param>
/// <param name="Pid">-1 if not known.</param>
/// <param name="Tid">-1 if not known.</param>
readonly record struct StackHead(long Nanoseconds, int Cpu, int Pid, int Tid);
