// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Linux.PerfEvents;

/// <summary>What has been written so far.</summary>
/// <param name="Bytes">Of records.</param>
/// <param name="Samples">Stacks.</param>
/// <param name="Tracepoints">Records of tracepoints.</param>
/// <param name="Lost">Records for which a ring had no room.</param>
/// <param name="Throttled">How often the kernel stopped a sampler for a while.</param>
/// <param name="Stalls">Waits at or over the threshold so far, as far as raises and entries tell.</param>
/// <param name="Worst">The longest wait so far.</param>
/// <param name="Span">The first and the last record's time; null before the first.</param>
public readonly record struct RecorderCounts(long Bytes, long Samples, long Tracepoints, long Lost, long Throttled, long Stalls, Elapsed Worst, (KernelTime First, KernelTime Last)? Span);
