// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Simulation;

/// <summary>A length of time that is another one each time. All cases but <see cref="Pareto"/> are given by their mean.</summary>
public abstract record Spread
{
    Spread() { }

    public sealed record Fixed(Elapsed Length) : Spread;

    public sealed record Uniform(Elapsed From, Elapsed To) : Spread;

    public sealed record Exponential(Elapsed Mean) : Spread;

    /// <param name="Sigma">Of the logarithm: 0.3 is a mild spread, 1 a wild one.</param>
    public sealed record LogNormal(Elapsed Mean, double Sigma) : Spread;

    /// <summary>Heavy tailed: long system calls. Cut off at <paramref name="Most"/>.</summary>
    public sealed record Pareto(Elapsed Least, double Alpha, Elapsed Most) : Spread;

    public static readonly Spread None = new Fixed(Elapsed.Zero);

    public static Spread Nanoseconds(long length) => new Fixed(new Elapsed(length));
    public static Spread Microseconds(long length) => new Fixed(Elapsed.FromMicroseconds(length));
    public static Spread Milliseconds(long length) => new Fixed(Elapsed.FromMilliseconds(length));
}
