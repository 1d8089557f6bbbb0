// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Probing;

/// <summary>Several answers that were released at one moment: the peer, or the path to it, took no packet before that.</summary>
/// <remarks>
/// Times are on the prober's clock, and of the peer: half of the usual way lies between it and us.
/// <code>
/// sent      |     |     |     |     |     |     |        every interval
/// answered  |     |                    |||||    |
///                 ^  ^                 ^
///        last good   first late        end               begin is between the two
/// </code>
/// </remarks>
/// <param name="BeginEarliest">When the last probe came there that was answered in time.</param>
/// <param name="BeginLatest">When the first one came there that waited.</param>
/// <param name="End">When the answers were released.</param>
/// <param name="ReleaseSpread">From the first of the answers to the last of them.</param>
/// <param name="Late">Answers that were released.</param>
/// <param name="Lost">Probes sent meanwhile that were never answered: the ring was full.</param>
/// <param name="Timely">Probes sent meanwhile that were answered in time, of other queues.</param>
/// <param name="LateFlows">In rising order.</param>
/// <param name="Usual">What an answer takes otherwise.</param>
public sealed record ProbeStall(
    KernelTime BeginEarliest, KernelTime BeginLatest, KernelTime End, Elapsed ReleaseSpread, int Late, int Lost, int Timely,
    IReadOnlyList<int> LateFlows, StallReach Reach, Elapsed Usual)
{
    /// <summary>It was there already when the first probe was sent.</summary>
    public bool BeginUnseen { get; init; }

    public Elapsed AtLeast => End - BeginLatest;
    public Elapsed AtMost => End - BeginEarliest;

    /// <summary>In the middle of what is known: off by half an interval at most, where the begin was seen.</summary>
    public KernelTime Begin => BeginEarliest + new Elapsed((BeginLatest - BeginEarliest).Nanoseconds / 2);

    public Elapsed Length => End - Begin;

    /// <summary>When the first late answer should have come to us, and when it came.</summary>
    public (KernelTime From, KernelTime To) AwaitedHere
    {
        get
        {
            var half = new Elapsed(Usual.Nanoseconds / 2);
            return (BeginLatest + half, End + half);
        }
    }
}
