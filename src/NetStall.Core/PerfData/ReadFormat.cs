// SPDX-License-Identifier: Apache-2.0
namespace NetStall.PerfData;

/// <summary>PERF_FORMAT_*: how the counter values inside a sample lie.</summary>
[Flags]
enum ReadFormat : ulong
{
    TotalTimeEnabled = 1,
    TotalTimeRunning = 2,
    Id = 4,
    Group = 8,
    Lost = 16,
}
