// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Simulation;

/// <summary>Draws lengths of time from a <see cref="Spread"/>, in nanoseconds.</summary>
/// <remarks>
/// All but the exponential are drawn from a table of 4096 equally likely values, scaled to their exact mean: one random number and one look-up a packet.
/// What is rarer than 1 in 8192 is cut off.
/// </remarks>
sealed class Draw
{
    const int Bits = 12, Size = 1 << Bits;

    static readonly double[] NormalQuantiles = Normal();

    readonly RandomSource _random;
    readonly long _fixed;
    readonly long[]? _table;
    readonly double _exponentialMean;

    public Draw(Spread spread, RandomSource random)
    {
        _random = random;
        switch (spread)
        {
            case Spread.Fixed(var length):
                _fixed = length.Nanoseconds;
                break;
            case Spread.Exponential(var mean):
                _exponentialMean = mean.Nanoseconds;
                break;
            case Spread.Uniform(var from, var to):
                _table = Table(i => from.Nanoseconds + (i + 0.5) / Size * (to - from).Nanoseconds, null);
                break;
            case Spread.LogNormal(var mean, var sigma):
                _table = Table(i => Numbers.Exp(sigma * NormalQuantiles[i]), mean.Nanoseconds);
                break;
            case Spread.Pareto(var least, var alpha, var most):
                _table = Table(i => Math.Min(most.Nanoseconds, least.Nanoseconds * Numbers.Pow(1 - (i + 0.5) / Size, -1 / alpha)), null);
                break;
        }
        if (_fixed < 0)
            throw new ArgumentOutOfRangeException(nameof(spread), "A length of time is never negative.");
    }

    public bool IsZero => _table is null && _fixed == 0 && _exponentialMean == 0;

    public long Next()
    {
        if (_table is { } table)
            return table[(int)(_random.Next() >> (64 - Bits))];
        return _exponentialMean == 0 ? _fixed : (long)(_random.Exponential() * _exponentialMean + 0.5);
    }

    static long[] Table(Func<int, double> quantile, double? mean)
    {
        double scale = 1;
        if (mean is { } wanted)
        {
            double sum = 0;
            for (int i = 0; i < Size; i++)
                sum += quantile(i);
            scale = wanted * Size / sum;
        }
        var table = new long[Size];
        double rest = 0;
        for (int i = 0; i < Size; i++)
        {
            double exact = Math.Max(0, quantile(i) * scale) + rest;
            table[i] = (long)Math.Floor(exact);
            rest = exact - table[i];
        }
        return table;
    }

    // The middle of each of 4096 slices of equal area under the bell, found by walking along it.
    static double[] Normal()
    {
        const double Step = 1e-4, Density = 0.3989422804014327;
        var quantiles = new double[Size];
        double area = 0;
        int next = 0;
        for (double z = -6; next < Size / 2; z += Step)
        {
            area += Density * Numbers.Exp(-(z + Step / 2) * (z + Step / 2) / 2) * Step;
            while (next < Size / 2 && area >= (next + 0.5) / Size)
            {
                quantiles[next] = z + Step;
                quantiles[Size - 1 - next] = -(z + Step);
                next++;
            }
        }
        return quantiles;
    }
}
