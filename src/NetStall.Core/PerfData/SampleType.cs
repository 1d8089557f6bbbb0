// SPDX-License-Identifier: Apache-2.0
namespace NetStall.PerfData;

/// <summary>What an event samples: PERF_SAMPLE_* in include/uapi/linux/perf_event.h.</summary>
[Flags]
enum SampleType : ulong
{
    Ip = 1 << 0,
    Tid = 1 << 1,
    Time = 1 << 2,
    Addr = 1 << 3,
    Read = 1 << 4,
    Callchain = 1 << 5,
    Id = 1 << 6,
    Cpu = 1 << 7,
    Period = 1 << 8,
    StreamId = 1 << 9,
    Raw = 1 << 10,
    BranchStack = 1 << 11,
    RegsUser = 1 << 12,
    StackUser = 1 << 13,
    Weight = 1 << 14,
    DataSrc = 1 << 15,
    Identifier = 1 << 16,
    Transaction = 1 << 17,
    RegsIntr = 1 << 18,
    PhysAddr = 1 << 19,
    Aux = 1 << 20,
    Cgroup = 1 << 21,
    DataPageSize = 1 << 22,
    CodePageSize = 1 << 23,
    WeightStruct = 1 << 24,
}
