// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Linux.Bpf;

/// <summary>Functions of the kernel that programs may call: <c>enum bpf_func_id</c> in linux/bpf.h.</summary>
enum BpfHelper
{
    MapLookup = 1,
    KtimeGetNs = 5,
    GetSmpProcessorId = 8,
    GetCurrentComm = 16,
    SkbLoadBytes = 26,

    /// <summary>Timers since 5.15.</summary>
    TimerInit = 169,
    TimerSetCallback = 170,
    TimerStart = 171,

    /// <summary>Since 5.17.</summary>
    Loop = 181,
}
