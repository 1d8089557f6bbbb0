// SPDX-License-Identifier: Apache-2.0
using NetStall.Verdicts;

namespace NetStall.Linux.Lab;

/// <summary>What a right netstall says of one kind of stall on one kind of kernel.</summary>
public abstract record Expectation
{
    Expectation()
    {
    }

    /// <summary>A stall, of the truth's length as far as packets were waiting.</summary>
    public sealed record Stalls(Mechanism Mechanism, Blame Blame) : Expectation;

    /// <summary>No verdict against it: what waits is served within a tick, or nothing waits at all.</summary>
    /// <param name="Why">A clause for people: <c>the next interrupt serves what waits</c>.</param>
    public sealed record Nothing(string Why) : Expectation;
}
