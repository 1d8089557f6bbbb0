// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Simulation;

/// <summary>One receive queue of a NIC: its ring, its interrupt, its NAPI.</summary>
public sealed record RxQueue
{
    public const string DefaultName = "eth0-rx-0";

    public string Name { get; init; } = DefaultName;
    public string Device { get; init; } = "eth0";

    /// <summary>Where its interrupt goes.</summary>
    public int Cpu { get; init; }

    /// <summary>Descriptors. ixgbe has 512, ENA and mlx5 1024, ice 2048, virtio as many as the host decides.</summary>
    public int Ring { get; init; } = 512;

    /// <summary>Packets that the NIC itself holds while no descriptor is free.</summary>
    public int Fifo { get; init; }

    /// <summary>The driver gives descriptors back in blocks: ixgbe in blocks of 16, virtio when half of the ring is free.</summary>
    public int RefillBatch { get; init; } = 16;

    /// <summary>While the driver gets no memory nothing is given back.</summary>
    public IReadOnlyList<Outage> RefillFails { get; init; } = [];

    public Moderation Moderation { get; init; } = new Moderation.Off();

    /// <summary>Polls by a thread (<c>/sys/class/net/*/threaded</c>) on <see cref="ThreadCpu"/>, or where the interrupt is.</summary>
    public bool Threaded { get; init; }
    public int? ThreadCpu { get; init; }

    /// <summary>Receive packet steering: the CPUs that do the stack's work, chosen by flow. Empty: the one that polls.</summary>
    public IReadOnlyList<int> Rps { get; init; } = [];

    /// <summary>Without NAPI: whether the NIC writes packets to memory itself, so that one interrupt takes all that came while it was served.</summary>
    public bool Dma { get; init; } = true;
}
