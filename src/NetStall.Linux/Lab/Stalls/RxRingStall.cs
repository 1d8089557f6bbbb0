// SPDX-License-Identifier: Apache-2.0
using Microsoft.Win32.SafeHandles;
using NetStall.Linux.Namespaces;
using NetStall.Linux.Native;
using NetStall.Model;

namespace NetStall.Linux.Lab.Stalls;

/// <summary>A PACKET_RX_RING, whose blocks the kernel allocates and zeroes in one go: what tcpdump -B and DHCP clients do. In a network namespace of its own.</summary>
sealed unsafe class RxRingStall : IStall
{
    const int Shots = 5;
    const int BlockSize = 4 << 20, FrameSize = 2048;

    /// <summary>Blocks. A megabyte takes 0.1 to 1 ms, and 2.5 where a hypervisor has to find the memory first: hence no more.</summary>
    const int Least = 1, Most = 10;

    readonly OwnTime _time = new();
    readonly List<SafeFileHandle> _rings = [];
    readonly Pace _pace = new(Least, Most);
    readonly Elapsed _length;

    public RxRingStall(Elapsed length)
    {
        _length = length;
        AvailableMemory.Demand(Shots * Most * (long)BlockSize);
        if (NamespaceNative.unshare(NamespaceNative.NewNetwork) < 0)
            throw SystemCallException.Last("unshare of the network");
    }

    public string Syscall => "setsockopt";

    public void WarmUp() => Measure(Least);

    public StallShot? Shoot() => Measure(_pace.For(_length));

    public void Dispose()
    {
        foreach (var ring in _rings)
            ring.Dispose();
        _time.Dispose();
    }

    // It stays open until the end: a ring made of the last one's pages would be there ten times as fast.
    StallShot Measure(int blocks)
    {
        var socket = Open();
        _rings.Add(socket);
        return _pace.Learn(blocks, _time.Measure(() => Set(socket, blocks)));
    }

    static SafeFileHandle Open()
    {
        int file = StallNative.socket(StallNative.PacketFamily, StallNative.RawPackets | StallNative.CloseOnExec, 0);
        return file >= 0 ? new SafeFileHandle(file, ownsHandle: true) : throw SystemCallException.Last("a packet socket");
    }

    static void Set(SafeFileHandle socket, int blocks)
    {
        var request = new StallNative.RingRequest { BlockSize = BlockSize, Blocks = (uint)blocks, FrameSize = FrameSize, Frames = (uint)(blocks * (BlockSize / FrameSize)) };
        if (StallNative.setsockopt((int)socket.DangerousGetHandle(), StallNative.PacketLevel, StallNative.ReceiveRing, &request, (uint)sizeof(StallNative.RingRequest)) < 0)
            throw SystemCallException.Last($"PACKET_RX_RING of {blocks} blocks");
    }
}
