// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Linux.Bpf;

/// <summary>Functions of the kernel that programs may call: <c>enum bpf_func_id</c> in linux/bpf.h.</summary>
enum BpfHelper
{
    MapLookup = 1,
    MapUpdate = 2,
    KtimeGetNs = 5,
    GetCurrentPidTgid = 14,
    SkbLoadBytes = 26,
    TimerInit = 169,
    TimerSetCallback = 170,
    TimerStart = 171,

    /// <summary>Since 5.17.</summary>
    Loop = 181,
}
