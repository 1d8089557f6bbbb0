// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Simulation;

/// <summary>A socket's queue and who waits for it.</summary>
sealed class LiveSocket(Receiver receiver)
{
    readonly PacketRing _packets = new(256);
    long _used;

    public string Name => receiver.Name;

    /// <summary>The task that sleeps in recvfrom().</summary>
    public LiveTask? Waiting { get; set; }
    public bool IsEmpty => _packets.Count == 0;
    public int Count => _packets.Count;

    /// <summary>False when the packet does not fit. One fits as long as the buffer is not over its limit before it (net/ipv4/udp.c, __udp_enqueue_schedule_skb).</summary>
    public bool TryAdd(in Packet packet)
    {
        if (_used > receiver.Buffer)
            return false;
        _used += receiver.TrueSize;
        _packets.Add(packet);
        return true;
    }

    public Packet Take()
    {
        _used -= receiver.TrueSize;
        return _packets.Take();
    }
}
