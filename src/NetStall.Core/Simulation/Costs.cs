// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Simulation;

/// <summary>What things cost. The defaults are of a virtual machine on a server of 2024; calibrate them from a trace.</summary>
public sealed record Costs
{
    static Spread LogNormal(long nanoseconds, double sigma) => new Spread.LogNormal(new Elapsed(nanoseconds), sigma);

    /// <summary>A device's interrupt, from entry to exit.</summary>
    public Spread Interrupt { get; init; } = LogNormal(1_000, 0.4);

    /// <summary>An interrupt from another CPU, and how long it takes to get there.</summary>
    public Spread Ipi { get; init; } = LogNormal(800, 0.3);
    public Spread IpiTransit { get; init; } = LogNormal(500, 0.3);
    public Spread Tick { get; init; } = LogNormal(3_000, 0.3);
    public Spread Timer { get; init; } = LogNormal(1_500, 0.3);

    /// <summary>Beginning a pass over the softirqs.</summary>
    public Spread Softirq { get; init; } = Spread.Nanoseconds(500);

    /// <summary>A softirq that has nothing special to do: TIMER, SCHED, RCU.</summary>
    public Spread SmallSoftirq { get; init; } = LogNormal(2_000, 0.5);
    public Spread Poll { get; init; } = Spread.Nanoseconds(150);

    /// <summary>One packet through the stack into a socket.</summary>
    public Spread Packet { get; init; } = LogNormal(1_000, 0.3);

    /// <summary>One packet that is handed to another CPU or back to the backlog.</summary>
    public Spread Steer { get; init; } = Spread.Nanoseconds(200);
    public Spread ContextSwitch { get; init; } = LogNormal(1_500, 0.2);

    /// <summary>Into the kernel, and out of it.</summary>
    public Spread SyscallEdge { get; init; } = Spread.Nanoseconds(100);
    public Spread Receive { get; init; } = LogNormal(700, 0.3);
    public Spread Send { get; init; } = LogNormal(1_000, 0.3);

    /// <summary>Taking one sample.</summary>
    public Spread Sample { get; init; } = Spread.Nanoseconds(1_500);

    /// <summary>Nothing costs anything but what a scenario says: for checking against formulas.</summary>
    public static readonly Costs Free = new()
    {
        Interrupt = Spread.None,
        Ipi = Spread.None,
        IpiTransit = Spread.None,
        Tick = Spread.None,
        Timer = Spread.None,
        Softirq = Spread.None,
        SmallSoftirq = Spread.None,
        Poll = Spread.None,
        Packet = Spread.None,
        Steer = Spread.None,
        ContextSwitch = Spread.None,
        SyscallEdge = Spread.None,
        Receive = Spread.None,
        Send = Spread.None,
        Sample = Spread.None,
    };
}
