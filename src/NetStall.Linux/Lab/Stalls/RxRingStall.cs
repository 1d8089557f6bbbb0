// SPDX-License-Identifier: Apache-2.0
using Microsoft.Win32.SafeHandles;
using NetStall.Linux.Namespaces;
using NetStall.Linux.Native;
using NetStall.Model;

namespace NetStall.Linux.Lab.Stalls;

/// <summary>A PACKET_RX_RING, whose blocks the kernel allocates and zeroes in one go: what tcpdump -B and DHCP clients do. In a network namespace of its own.</summary>
sealed unsafe class RxRingStall : IStall
{
    const int BlockSize = 4 << 20, FrameSize = 2048;

    /// <summary>1 to 1.6 ms a megabyte.</summary>
    static readonly Elapsed PerBlock = Elapsed.FromMilliseconds(5);

    readonly OwnTime _time = new();
    readonly List<SafeFileHandle> _rings = [];
    readonly int _blocks;

    public RxRingStall(Elapsed length)
    {
        const int MostBlocks = 24;
        _blocks = (int)Math.Clamp(length.Nanoseconds / PerBlock.Nanoseconds, 2, MostBlocks);
        if (NamespaceNative.unshare(NamespaceNative.NewNetwork) < 0)
            throw SystemCallException.Last("unshare of the network");
    }

    public string Syscall => "setsockopt";

    public void WarmUp() => _time.Measure(() => Set(Open(), 0));

    // It stays open until the end: a ring made of the last one's pages would be there four times as fast.
    public StallShot? Shoot()
    {
        var socket = Open();
        return _time.Measure(() => Set(socket, _blocks));
    }

    public void Dispose()
    {
        foreach (var ring in _rings)
            ring.Dispose();
        _time.Dispose();
    }

    SafeFileHandle Open()
    {
        int file = StallNative.socket(StallNative.PacketFamily, StallNative.RawPackets | StallNative.CloseOnExec, 0);
        if (file < 0)
            throw SystemCallException.Last("a packet socket");
        var socket = new SafeFileHandle(file, ownsHandle: true);
        _rings.Add(socket);
        return socket;
    }

    static void Set(SafeFileHandle socket, int blocks)
    {
        var request = new StallNative.RingRequest { BlockSize = BlockSize, Blocks = (uint)blocks, FrameSize = FrameSize, Frames = (uint)(blocks * (BlockSize / FrameSize)) };
        if (blocks == 0)
            request = default;
        if (StallNative.setsockopt((int)socket.DangerousGetHandle(), StallNative.PacketLevel, StallNative.ReceiveRing, &request, (uint)sizeof(StallNative.RingRequest)) < 0)
            throw SystemCallException.Last($"PACKET_RX_RING of {blocks} blocks");
    }
}
