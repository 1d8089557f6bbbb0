// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Simulation;

/// <summary>What came of a simulation.</summary>
/// <param name="Cpus">By number.</param>
/// <param name="Queues">As <see cref="Host.Queues"/> lists them.</param>
/// <param name="Flows">As <see cref="Host.Arrivals"/> lists them; then one for each step that sends to its own host.</param>
public sealed record Outcome(
    Host Host, Elapsed Length, IReadOnlyList<CpuCounters> Cpus, IReadOnlyList<QueueCounters> Queues, IReadOnlyList<FlowCounters> Flows)
{
    public long Arrived => Flows.Sum(f => f.Arrived);
    public long Delivered => Flows.Sum(f => f.Delivered);
    public long Queued => Flows.Sum(f => f.Queued);
    public long Dropped(DropReason reason) => Flows.Sum(f => f.Dropped(reason));

    /// <summary>Packets a second.</summary>
    public double Throughput => Delivered * 1e9 / Length.Nanoseconds;
}
