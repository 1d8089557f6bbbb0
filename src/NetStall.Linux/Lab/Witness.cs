// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Linux.Lab;

/// <summary>
/// What the lab's own packets tell of a stall, without any recording. Packets that are sent one after the other arrive together when it is over (the
/// sawtooth), so the first of them has waited for as long as anything was pending.
/// </summary>
/// <param name="Pending">How long that was, clipped to the stall; null when no packet had to wait for a millisecond.</param>
/// <param name="Late">How many packets had to wait so long, or were lost.</param>
/// <param name="Longest">The longest that any packet sent meanwhile was under way.</param>
public readonly record struct Witness(Elapsed? Pending, int Late, Elapsed Longest)
{
    // A packet crosses the three hosts in far less.
    static readonly Elapsed Waiting = Elapsed.FromMilliseconds(1);

    // Which packets were still under way as the stall began: none that were sent earlier.
    static readonly Elapsed Before = Elapsed.FromMilliseconds(50);

    /// <param name="packets">In the order in which they were sent.</param>
    public static Witness Of(IReadOnlyList<Packet> packets, KernelTime begin, KernelTime end)
    {
        Elapsed? pending = null;
        int late = 0;
        var longest = Elapsed.Zero;
        for (int i = FirstAt(packets, begin - Before); i < packets.Count && packets[i].Sent < end; i++)
        {
            if (packets[i].Arrived is not { } arrived)
            {
                // It fell out of a queue that was full.
                late += packets[i].Sent >= begin ? 1 : 0;
                continue;
            }
            if (arrived <= begin)
                continue;
            var delay = arrived - packets[i].Sent;
            longest = Elapsed.Max(longest, delay);
            late += delay >= Waiting ? 1 : 0;
            var within = KernelTime.Min(arrived, end) - KernelTime.Max(packets[i].Sent, begin);
            if (within >= Waiting && (pending is not { } most || within > most))
                pending = within;
        }
        return new Witness(pending, late, longest);
    }

    static int FirstAt(IReadOnlyList<Packet> packets, KernelTime time)
    {
        int low = 0, high = packets.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (packets[middle].Sent < time)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
