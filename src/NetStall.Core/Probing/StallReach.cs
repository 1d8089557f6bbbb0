// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Probing;

/// <summary>How much of the peer a stall was seen to reach.</summary>
public enum StallReach
{
    /// <summary>One flow alone, too few, or ICMP, which hashes on the two addresses: what other queues did was not seen.</summary>
    Unknown,

    /// <summary>Other flows were answered in time meanwhile: one receive queue, so one CPU.</summary>
    OneQueue,

    /// <summary>All of eight ports or more waited: the whole host, or the path to it.</summary>
    WholeHost,
}
