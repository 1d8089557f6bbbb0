// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Simulation;

/// <summary>A UDP socket. Packets that come while its buffer is full are dropped (<c>UdpRcvbufErrors</c>).</summary>
public sealed record Receiver
{
    public required string Name { get; init; }

    /// <summary>Bytes (<c>net.core.rmem_default</c>).</summary>
    public int Buffer { get; init; } = 212_992;

    /// <summary>What a small packet takes of it: the kernel counts the whole buffer that it lies in.</summary>
    public int TrueSize { get; init; } = 832;
}
