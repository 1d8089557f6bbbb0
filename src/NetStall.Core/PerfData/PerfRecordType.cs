// SPDX-License-Identifier: Apache-2.0
namespace NetStall.PerfData;

/// <summary>
/// Record types: below 64 the kernel's (enum perf_event_type in include/uapi/linux/perf_event.h), from 64 on perf's own
/// (enum perf_user_event_type in tools/lib/perf/include/perf/event.h).
/// </summary>
enum PerfRecordType : uint
{
    Mmap = 1,
    Lost = 2,
    Comm = 3,
    Exit = 4,
    Throttle = 5,
    Unthrottle = 6,
    Fork = 7,
    Sample = 9,
    Mmap2 = 10,
    LostSamples = 13,
    Switch = 14,
    SwitchCpuWide = 15,
    Ksymbol = 17,
    Cgroup = 19,

    HeaderAttr = 64,
    TracingData = 66,
    FinishedRound = 68,
    Auxtrace = 71,
    ThreadMap = 73,
    EventUpdate = 78,
    HeaderFeature = 80,
    Compressed = 81,
    Compressed2 = 83,
}
