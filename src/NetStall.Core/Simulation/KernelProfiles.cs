// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Simulation;

/// <summary>The kernels that we know.</summary>
public static class KernelProfiles
{
    /// <summary>Interrupt per packet. Its scheduler was another one; CFS stands in for it.</summary>
    public static readonly KernelProfile PreNapi = new()
    {
        Name = "pre-napi",
        Release = "2.4.20",
        Napi = false,
        RaisesInsideNetRx = true,
        TaskRaiseWakes = false,
        MaxBacklog = 300,
        RealtimeLimit = RealtimeLimit.ThrottleAndBorrow,
        TellsBottomHalves = false,
        HasSyscallWrappers = false,
        HasSysvecs = false,
    };

    /// <summary>The article's.</summary>
    public static readonly KernelProfile Linux49 = new()
    {
        Name = "4.9",
        Release = "4.9.0",
        Gate = KsoftirqdGateKind.All,
        RaisesInsideNetRx = true,
        TaskRaiseWakes = false,
        RealtimeLimit = RealtimeLimit.ThrottleAndBorrow,
        TellsBottomHalves = false,
        HasSyscallWrappers = false,
        HasSysvecs = false,
    };

    public static readonly KernelProfile Linux419 = Linux49 with
    {
        Name = "4.19",
        Release = "4.19.0",
        Gate = KsoftirqdGateKind.ExceptHiAndTasklet,
        BudgetMicroseconds = 2000,
        HasSyscallWrappers = true,
    };

    public static readonly KernelProfile Linux61 = new()
    {
        Name = "6.1",
        Release = "6.1.192",
        Gate = KsoftirqdGateKind.ExceptHiAndTasklet,
        RaisesInsideNetRx = true,
        RealtimeLimit = RealtimeLimit.Throttle,
    };

    public static readonly KernelProfile Linux612 = new()
    {
        Name = "6.12",
        Release = "6.12.117",
        Scheduler = FairScheduler.Eevdf,
        RealtimeLimit = RealtimeLimit.FairServer,
        SoftirqFunction = "handle_softirqs",
    };

    public static IReadOnlyList<KernelProfile> All { get; } = [PreNapi, Linux49, Linux419, Linux61, Linux612];

    /// <summary>Null when there is none of that name.</summary>
    public static KernelProfile? Find(string name) => All.FirstOrDefault(p => p.Name == name);
}
