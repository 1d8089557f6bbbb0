// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using NetStall.Model;

namespace NetStall.Waits;

/// <summary>Waits inside NET_RX, on one CPU: packets that stood behind a poll that took long, after NET_RX itself had come in time.</summary>
/// <remarks>
/// While net_rx_action runs, kernels since 6.4 do not even raise NET_RX again (in_net_rx_action), so raise and entry see nothing:
/// <code>
///   NET_RX entry | poll of A, 40 ms ................ | poll of B | exit
///                [ B's packets, and A's own behind the slow one: up to )
/// </code>
/// napi_poll is written when a poll returns, so a poll lasts from the entry, or the poll before, to its own record.
/// A slow machine's polls are all slow, which is no stall: a poll of one device counts only where its packets cost thirty
/// times what packets cost in this recording.
/// </remarks>
sealed class PollWaits(Elapsed threshold)
{
    const int MuchDearer = 30;
    const int EnoughPolls = 20;

    // How many polls cost 2^i nanoseconds a packet.
    readonly int[] _costs = new int[40];
    int _polls;
    KernelTime? _since;
    readonly Dictionary<int, KernelTime> _lastPollOf = [];
    KernelTime _entry;

    public void OnEntry(in KernelEvent e)
    {
        if (e.Vector != SoftirqVector.NetRx)
            return;
        _since = _entry = e.Time;
        _lastPollOf.Clear();
    }

    public void OnExit() => _since = null;

    /// <summary>Another task came: NET_RX has ended, also where its exit was not recorded. A NAPI thread's polls are not those of the last entry.</summary>
    public void OnSwitch() => _since = null;

    public void OnLost() => _since = null;

    /// <summary>Returns the longer of two waits that this poll shows, if it is a stall: of packets behind the first in this poll, or of this device behind others' polls.</summary>
    public (KernelTime Begin, KernelTime End)? OnPoll(in KernelEvent e)
    {
        if (_since is not { } begin)
            return null;
        _since = e.Time;
        var waitedSince = _lastPollOf.TryGetValue(e.NapiKey, out var last) ? last : _entry;
        _lastPollOf[e.NapiKey] = e.Time;

        bool muchDearer = e.Work > 0 && IsMuchDearer(e.Time - begin, e.Work);
        var own = muchDearer && e.Work >= 2 ? e.Time - begin : Elapsed.Zero;
        var behindOthers = e.Work >= 1 ? begin - waitedSince : Elapsed.Zero;
        if (Elapsed.Max(own, behindOthers) < threshold)
            return null;
        return own >= behindOthers ? (begin, e.Time) : (waitedSince, begin);
    }

    bool IsMuchDearer(Elapsed poll, int packets)
    {
        long cost = Math.Max(1, poll.Nanoseconds / packets);
        _costs[Math.Min(_costs.Length - 1, BitOperations.Log2((ulong)cost))]++;
        _polls++;
        if (_polls < EnoughPolls || poll < threshold)
            return false;
        int below = 0, median = 0;
        while (median < _costs.Length && (below += _costs[median]) * 2 < _polls)
            median++;
        return cost >= MuchDearer * (1L << median);
    }
}
