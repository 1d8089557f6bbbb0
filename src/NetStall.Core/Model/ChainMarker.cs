// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Model;

/// <summary>perf's call chain markers: PERF_CONTEXT_* in include/uapi/linux/perf_event.h. A value at or above <see cref="Max"/> is a marker.</summary>
public static class ChainMarker
{
    public const ulong Hypervisor = unchecked((ulong)-32L);
    public const ulong Kernel = unchecked((ulong)-128L);
    public const ulong User = unchecked((ulong)-512L);
    public const ulong UserDeferred = unchecked((ulong)-640L);
    public const ulong Guest = unchecked((ulong)-2048L);
    public const ulong GuestKernel = unchecked((ulong)-2176L);
    public const ulong GuestUser = unchecked((ulong)-2560L);
    public const ulong Max = unchecked((ulong)-4095L);

    public static bool IsMarker(ulong value) => value >= Max;
}
