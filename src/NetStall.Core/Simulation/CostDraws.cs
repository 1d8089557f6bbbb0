// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Simulation;

/// <summary>The <see cref="Costs"/> of a host, ready to be drawn from; each has random numbers of its own.</summary>
sealed class CostDraws(Costs costs, ulong seed)
{
    public Draw Ipi { get; } = Of(costs.Ipi, seed, "ipi");
    public Draw IpiTransit { get; } = Of(costs.IpiTransit, seed, "ipi-transit");
    public Draw Tick { get; } = Of(costs.Tick, seed, "tick");
    public Draw Timer { get; } = Of(costs.Timer, seed, "timer");
    public Draw Softirq { get; } = Of(costs.Softirq, seed, "softirq");
    public Draw SmallSoftirq { get; } = Of(costs.SmallSoftirq, seed, "small-softirq");
    public Draw Poll { get; } = Of(costs.Poll, seed, "poll");
    public Draw Steer { get; } = Of(costs.Steer, seed, "steer");
    public Draw ContextSwitch { get; } = Of(costs.ContextSwitch, seed, "context-switch");
    public Draw SyscallEdge { get; } = Of(costs.SyscallEdge, seed, "syscall-edge");
    public Draw Receive { get; } = Of(costs.Receive, seed, "receive");
    public Draw Send { get; } = Of(costs.Send, seed, "send");
    public Draw Sample { get; } = Of(costs.Sample, seed, "sample");

    static Draw Of(Spread spread, ulong seed, string purpose) => new(spread, new RandomSource(seed, purpose));
}
