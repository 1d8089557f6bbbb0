// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Simulation;

namespace NetStall.Tests.Simulation;

/// <summary>Keeps what became of each packet.</summary>
sealed class PacketLog : IPacketWatch
{
    public readonly record struct Delivery(int Flow, Elapsed Arrived, Elapsed At, CpuId Cpu, Tid OnCpuOf)
    {
        public Elapsed Latency => At - Arrived;
    }

    public List<Delivery> Delivered { get; } = [];
    public List<(int Flow, Elapsed At, DropReason Reason)> Dropped { get; } = [];

    public void OnDelivered(int flow, Elapsed arrived, Elapsed delivered, CpuId cpu, Tid onCpuOf) => Delivered.Add(new Delivery(flow, arrived, delivered, cpu, onCpuOf));

    public void OnDropped(int flow, Elapsed at, DropReason reason) => Dropped.Add((flow, at, reason));
}
