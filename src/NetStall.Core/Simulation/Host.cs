// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Simulation;

/// <summary>One node: its kernel, its CPUs, its NIC, what it does and what comes to it.</summary>
public sealed record Host
{
    public string Name { get; init; } = "host";
    public KernelProfile Kernel { get; init; } = KernelProfiles.Linux61;

    /// <summary>Null: as the kernel has it.</summary>
    public PreemptionModel? Preemption { get; init; }

    /// <summary>CONFIG_HZ: 100, 250, 300 or 1000.</summary>
    public int Hz { get; init; } = 250;
    public Tunables Tunables { get; init; } = new();
    public Costs Costs { get; init; } = new();

    public IReadOnlyList<HostCpu> Cpus { get; init; } = [new HostCpu(), new HostCpu()];
    public IReadOnlyList<RxQueue> Queues { get; init; } = [new RxQueue()];
    public IReadOnlyList<Arrivals> Arrivals { get; init; } = [];
    public IReadOnlyList<Receiver> Receivers { get; init; } = [];
    public IReadOnlyList<HostTask> Tasks { get; init; } = [];
    public IReadOnlyList<TaskGroup> Groups { get; init; } = [];
    public IReadOnlyList<DeviceInterrupt> Interrupts { get; init; } = [];
    public IReadOnlyList<CpuHold> Holds { get; init; } = [];
}
