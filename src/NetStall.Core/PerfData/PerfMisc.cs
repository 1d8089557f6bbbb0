// SPDX-License-Identifier: Apache-2.0
namespace NetStall.PerfData;

/// <summary><c>perf_event_header.misc</c>.</summary>
static class PerfMisc
{
    public const int CpuModeMask = 7;
    public const int CpuModeKernel = 1;
    public const int CpuModeUser = 2;
    public const int CpuModeGuestKernel = 4;

    /// <summary>Bit 13 means COMM_EXEC on COMM, SWITCH_OUT on SWITCH, MMAP_DATA on MMAP.</summary>
    public const int Bit13 = 1 << 13;

    /// <summary>Bit 14 means SWITCH_OUT_PREEMPT on SWITCH, MMAP_BUILD_ID on MMAP2.</summary>
    public const int Bit14 = 1 << 14;
}
