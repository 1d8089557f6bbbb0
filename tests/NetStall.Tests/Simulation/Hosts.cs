// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Simulation;

namespace NetStall.Tests.Simulation;

/// <summary>Hosts that many tests begin with.</summary>
static class Hosts
{
    public static readonly Tunables NoTickSoftirqs = new() { TickRaisesTimer = 0, TickRaisesSched = 0, TickRaisesRcu = 0 };

    /// <summary>One CPU, one queue; a packet costs what it is said to cost, an interrupt likewise, and nothing else costs anything.</summary>
    public static Host Formula(ArrivalPattern pattern, Spread packet, Spread interrupt, KernelProfile? kernel = null) => new()
    {
        Kernel = kernel ?? KernelProfiles.Linux612,
        Cpus = [new HostCpu()],
        Costs = Costs.Free with { Packet = packet, Interrupt = interrupt },
        Tunables = NoTickSoftirqs,
        Arrivals = [new Arrivals { Pattern = pattern }],
    };

    public static Outcome Run(Host host, Elapsed length, ulong seed = 1, bool isChecked = true) =>
        new ReceivePath(host, seed, length) { IsChecked = isChecked }.Run();
}
