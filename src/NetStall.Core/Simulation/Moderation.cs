// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Simulation;

/// <summary>How a NIC holds back its interrupts.</summary>
public abstract record Moderation
{
    Moderation() { }

    public sealed record Off : Moderation;

    /// <summary>Intel's ITR: two interrupts are no closer than <paramref name="Gap"/>; the first after a pause comes at once.</summary>
    public sealed record Throttle(Elapsed Gap) : Moderation;

    /// <summary><c>ethtool -C rx-usecs, rx-frames</c>: an interrupt waits from its first packet on, or until so many have come (0: no matter how many).</summary>
    public sealed record Delay(Elapsed After, int Frames = 0) : Moderation;
}
