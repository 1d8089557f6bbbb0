// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Verdicts;

/// <summary>By which mechanism of the kernel NET_RX was delayed. Output uses the names of <see cref="MechanismNames.Name"/>, never numbers.</summary>
public enum Mechanism
{
    Unknown,
    SyscallBlocksKsoftirqd,
    BottomHalvesOff,
    InterruptsOff,
    HardirqStorm,
    SoftirqHog,
    NapiBudget,
    KsoftirqdOutcompeted,
    RealtimeStarvation,
    NapiThreadStarved,
    IdleExit,
    VcpuSteal,
    MachineStopped,
    LostRaise,
}

public static class MechanismNames
{
    public static string Name(this Mechanism mechanism) => mechanism switch
    {
        Mechanism.SyscallBlocksKsoftirqd => "syscall-blocks-ksoftirqd",
        Mechanism.BottomHalvesOff => "bottom-halves-off",
        Mechanism.InterruptsOff => "interrupts-off",
        Mechanism.HardirqStorm => "hardirq-storm",
        Mechanism.SoftirqHog => "softirq-hog",
        Mechanism.NapiBudget => "napi-budget",
        Mechanism.KsoftirqdOutcompeted => "ksoftirqd-outcompeted",
        Mechanism.RealtimeStarvation => "realtime-starvation",
        Mechanism.NapiThreadStarved => "napi-thread-starved",
        Mechanism.IdleExit => "idle-exit",
        Mechanism.VcpuSteal => "vcpu-steal",
        Mechanism.MachineStopped => "machine-stopped",
        Mechanism.LostRaise => "lost-raise",
        _ => "unknown",
    };

    /// <summary>One sentence for people.</summary>
    public static string Explain(this Mechanism mechanism) => mechanism switch
    {
        Mechanism.SyscallBlocksKsoftirqd => "ksoftirqd was due, and the task that had the CPU stayed in the kernel without letting it on",
        Mechanism.BottomHalvesOff => "a task held bottom halves off: interrupts came, softirqs could not run",
        Mechanism.InterruptsOff => "interrupts were off: the CPU could not even take the packet's interrupt",
        Mechanism.HardirqStorm => "hard interrupts took the CPU",
        Mechanism.SoftirqHog => "another softirq did not come to its end",
        Mechanism.NapiBudget => "other devices' polls used up the NET_RX budget",
        Mechanism.KsoftirqdOutcompeted => "ksoftirqd was runnable, and the scheduler gave the CPU to other tasks",
        Mechanism.RealtimeStarvation => "a real-time task kept the CPU",
        Mechanism.NapiThreadStarved => "the NAPI thread was woken and did not get the CPU",
        Mechanism.IdleExit => "the idle CPU took long to wake",
        Mechanism.VcpuSteal => "the virtual CPU was not running",
        Mechanism.MachineStopped => "all CPUs were stopped at once",
        Mechanism.LostRaise => "NET_RX was raised where nobody was there to run it, until the next interrupt",
        _ => "what was recorded does not tell",
    };
}
