// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Linux.Lab;

/// <summary>Where and how often.</summary>
/// <param name="Cpu">Receives, and is stalled.</param>
/// <param name="OtherCpu">Sends.</param>
/// <param name="Shots">Stalls of one experiment.</param>
/// <param name="Length">Of a stall whose length can be chosen.</param>
/// <param name="Gap">Between two stalls.</param>
public sealed record LabPlan(CpuId Cpu, CpuId OtherCpu, int Shots, Elapsed Length, Elapsed Gap)
{
    /// <summary>Between two packets.</summary>
    public static readonly Elapsed PacketInterval = Elapsed.FromMilliseconds(1);

    /// <summary>
    /// What is asked for: less than the shortest stall of the lab, and more than a tick, within which a kernel without the gate serves what waits. Tasks
    /// that take turns by the scheduler's choice make a NAPI thread wait for some ticks.
    /// </summary>
    public static Elapsed ThresholdFor(KernelBehaviour kernel) => Elapsed.Max(Elapsed.FromMilliseconds(8), new Elapsed(kernel.Tick.Nanoseconds * 3 / 2));
}
