// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Verdicts;

/// <summary>What to look for.</summary>
/// <param name="Threshold">Waits at or over this are stalls.</param>
/// <param name="Lookback">How far before a wait its window reaches at least.</param>
/// <param name="Cpus">Only these CPUs; null for all.</param>
public sealed record DiagnosisOptions(Elapsed Threshold, Elapsed Lookback, IReadOnlySet<CpuId>? Cpus = null)
{
    public static readonly DiagnosisOptions Default = new(Elapsed.FromMilliseconds(10), Elapsed.FromMilliseconds(100));
}
