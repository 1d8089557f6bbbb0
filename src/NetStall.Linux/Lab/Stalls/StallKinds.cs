// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Linux.Lab.Stalls;

/// <summary>The stalls that a process of the lab can make, by name.</summary>
static class StallKinds
{
    static readonly Dictionary<string, Func<Elapsed, IStall>> Makers = new(StringComparer.Ordinal)
    {
        ["process"] = length => new ProcessStall(length),
        ["softirq"] = length => new SoftirqStall(length),
        ["hardirq"] = length => new HardInterruptStall(length),
        ["bottom-halves-off"] = length => new BottomHalvesStall(length),
        ["interrupts-off"] = length => new InterruptsOffStall(length),
        ["sched-switch"] = length => new SchedulerStall(length),
        ["bpf-timer"] = length => new TimerStall(length),
        ["setgroups"] = _ => new SetgroupsStall(),
        ["mounts"] = length => new MountsStall(length),
        ["rx-ring"] = length => new RxRingStall(length),
        ["nft"] = length => new NftStall(length),
        ["inotify"] = length => new InotifyStall(length),
        ["bpf-map"] = length => new BpfMapStall(length),
        ["memory-stat"] = length => new MemoryStatStall(length),
        ["fifo"] = length => new RealTimeStall(length),
        ["busy"] = length => new BusyStall(length),
        ["calm"] = _ => new CalmCalls(),
    };

    public static IEnumerable<string> Names => Makers.Keys;

    /// <exception cref="CannotHereException">This kernel or user cannot make it.</exception>
    public static IStall Make(string name, Elapsed length) => Makers[name](length);
}
