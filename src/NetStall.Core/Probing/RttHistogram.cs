// SPDX-License-Identifier: Apache-2.0
using HdrHistogram;
using NetStall.Model;

namespace NetStall.Probing;

/// <summary>Every round-trip time, to three digits.</summary>
public sealed class RttHistogram
{
    // From a microsecond to an hour; over that nobody waits.
    const long Longest = 3_600_000_000_000;

    readonly LongHistogram _histogram = new(1_000, Longest, 3);

    public long Count => _histogram.TotalCount;

    public void Add(Elapsed rtt) => _histogram.RecordValue(Math.Clamp(rtt.Nanoseconds, 1_000, Longest - 1));

    /// <param name="percent">0 to 100.</param>
    /// <returns>Null before there is any.</returns>
    public Elapsed? At(double percent) => Count == 0 ? null : new Elapsed(_histogram.GetValueAtPercentile(percent));
}
