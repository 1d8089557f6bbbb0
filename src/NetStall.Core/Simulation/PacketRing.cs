// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Simulation;

/// <summary>Packets in the order in which they came. Grows when it must.</summary>
sealed class PacketRing(int capacity)
{
    Packet[] _packets = new Packet[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(4, capacity))];
    int _first;

    public int Count { get; private set; }

    public void Add(in Packet packet)
    {
        if (Count == _packets.Length)
            Grow();
        _packets[(_first + Count++) & (_packets.Length - 1)] = packet;
    }

    public Packet Take()
    {
        var packet = _packets[_first];
        _first = (_first + 1) & (_packets.Length - 1);
        Count--;
        return packet;
    }

    public Packet Oldest => _packets[_first];

    void Grow()
    {
        var larger = new Packet[_packets.Length * 2];
        int count = Count;
        for (int i = 0; i < count; i++)
            larger[i] = _packets[(_first + i) & (_packets.Length - 1)];
        (_packets, _first) = (larger, 0);
    }
}
