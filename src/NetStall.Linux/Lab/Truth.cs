// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Linux.Lab;

/// <summary>One stall as its maker tells it: who had which CPU, from when, for how long.</summary>
/// <param name="Pid">Of the host's pid namespace.</param>
/// <param name="Syscall">In which it was made; null where there is none.</param>
/// <param name="Begin">CLOCK_MONOTONIC, as recordings have it.</param>
public sealed record Truth(CpuId Cpu, string Comm, Pid Pid, Tid Tid, string? Syscall, KernelTime Begin, Elapsed Length)
{
    public KernelTime End => Begin + Length;
}
