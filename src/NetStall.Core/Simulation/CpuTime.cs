// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Simulation;

/// <summary>What a CPU's time goes to.</summary>
public enum CpuTime
{
    Idle,
    User,

    /// <summary>Tasks in the kernel, switches included.</summary>
    Kernel,

    /// <summary>Softirqs on top of whatever was there.</summary>
    Softirq,
    Ksoftirqd,
    NapiThread,
    Hardirq,
    Nmi,

    /// <summary>Not running at all.</summary>
    Held,
}

static class CpuTimes
{
    public const int Count = 9;
}
