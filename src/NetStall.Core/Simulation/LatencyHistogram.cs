// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using NetStall.Model;

namespace NetStall.Simulation;

/// <summary>Counts lengths of time in buckets of 1/64 of their size; below 128 ns exactly.</summary>
public sealed class LatencyHistogram : ILatencies
{
    const int Bits = 6, Buckets = (64 - Bits) << Bits;

    readonly long[] _counts = new long[Buckets];
    Int128 _sum;

    public long Count { get; private set; }
    public Elapsed Longest { get; private set; }
    public double MeanNanoseconds => Count == 0 ? 0 : (double)_sum / Count;

    public void Add(Elapsed latency)
    {
        _counts[Bucket(latency.Nanoseconds)]++;
        _sum += latency.Nanoseconds;
        Count++;
        if (latency > Longest)
            Longest = latency;
    }

    /// <summary>The least length that at least this part (0 to 1) of all do not exceed, up to 1/64 too long; zero when there are none.</summary>
    public Elapsed Quantile(double part)
    {
        long wanted = Math.Max(1, (long)Math.Ceiling(part * Count)), seen = 0;
        for (int i = 0; i < Buckets; i++)
        {
            seen += _counts[i];
            if (seen >= wanted)
                return new Elapsed(Math.Min(End(i), Longest.Nanoseconds));
        }
        return Elapsed.Zero;
    }

    // 0..127 stand for themselves; then 64 buckets for each doubling.
    static int Bucket(long value)
    {
        if (value < 2 << Bits)
            return (int)value;
        int shift = 63 - BitOperations.LeadingZeroCount((ulong)value) - Bits;
        return (shift << Bits) + (int)(value >> shift);
    }

    static long End(int bucket)
    {
        if (bucket < 2 << Bits)
            return bucket;
        int shift = (bucket >> Bits) - 1;
        return (((long)(bucket - (shift << Bits)) + 1) << shift) - 1;
    }
}
