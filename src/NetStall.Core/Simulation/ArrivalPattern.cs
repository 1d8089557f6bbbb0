// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Simulation;

/// <summary>When packets come. Rates are packets a second and whole numbers, so that a constant rate is exact.</summary>
public abstract record ArrivalPattern
{
    ArrivalPattern() { }

    public sealed record Poisson(double Rate) : ArrivalPattern;

    /// <summary>Evenly spaced: packet k comes at k / <paramref name="Rate"/> seconds, without drift.</summary>
    public sealed record Constant(long Rate) : ArrivalPattern;

    /// <summary>Poisson at one of two rates; how long it stays with each is exponential.</summary>
    public sealed record OnOff(double OnRate, double OffRate, Elapsed MeanOn, Elapsed MeanOff) : ArrivalPattern;

    /// <summary>Trains begin as Poisson does; each has 1 to <paramref name="Longest"/> packets, all lengths alike, <paramref name="Gap"/> apart.</summary>
    public sealed record Trains(double Rate, int Longest, Elapsed Gap) : ArrivalPattern;

    /// <summary>As recorded: times since the begin, in order.</summary>
    public sealed record Replay(IReadOnlyList<Elapsed> Times) : ArrivalPattern;
}
