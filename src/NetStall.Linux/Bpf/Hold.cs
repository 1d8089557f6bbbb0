// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Linux.Bpf;

/// <summary>One time that a program held a CPU, as it wrote it down itself.</summary>
/// <param name="Begin">By the kernel's CLOCK_MONOTONIC; zero before the first time.</param>
/// <param name="End">By the same clock.</param>
/// <param name="Cpu">Which.</param>
readonly record struct Hold(KernelTime Begin, KernelTime End, CpuId Cpu)
{
    public Elapsed Length => End - Begin;
}
