// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Simulation;

enum TaskKind : byte
{
    Idle,
    Program,
    Ksoftirqd,
    NapiThread,
    IrqThread,
}

enum TaskState : byte
{
    Sleeping,
    Runnable,
    Running,
}

/// <summary>A task at work. What it does is in <see cref="TaskRunner"/>; this is where it stands.</summary>
sealed class LiveTask
{
    public required TaskKind Kind { get; init; }
    public required LiveCpu Cpu { get; init; }
    public required Tid Tid { get; init; }
    public required NameId Comm { get; init; }
    public LiveStep[] Program { get; init; } = [];

    /// <summary>How often the program runs; 0 is for ever.</summary>
    public int Times { get; init; }
    public bool IsKernel { get; init; }
    public int Nice { get; init; }

    /// <summary>SCHED_FIFO, 1 to 99; 0 is an ordinary task.</summary>
    public int Realtime { get; init; }

    /// <summary>A higher priority that it has while it holds what such a task waits for.</summary>
    public int Boost { get; set; }
    public int Priority => Math.Max(Realtime, Boost);

    /// <summary>As the kernel counts: below 100 is real-time.</summary>
    public int KernelPriority => Kind == TaskKind.Idle ? 120 : Priority > 0 ? 99 - Priority : 120 + Nice;

    public LiveNapi? Napi { get; set; }
    public LiveQueue? IrqOf { get; set; }
    public FairEntity? Fair { get; set; }
    public int TimerSlot { get; init; }
    public long Starts { get; init; }

    public TaskState State { get; set; } = TaskState.Sleeping;

    /// <summary>What it has left to do in this phase, while it does not have the CPU.</summary>
    public long Left { get; set; }
    public bool InKernel { get; set; }
    public int Step { get; set; }
    public int Phase { get; set; }
    public int Runs { get; set; }

    /// <summary>Of the call it is in.</summary>
    public long BodyLeft { get; set; }
    public long Chunk { get; set; }
    public long ToCondResched { get; set; }
    public long ToMightSleep { get; set; }
    public bool HoldsNow { get; set; }

    public int BottomHalvesOff { get; set; }
    public bool InterruptsOff { get; set; }
    public bool PreemptionOff { get; set; }

    /// <summary>It has just let interrupts in again, and has not gone on since.</summary>
    public bool AtInterruptEnable { get; set; }

    /// <summary>Its timer has struck; of an interrupt's thread: its interrupt has.</summary>
    public bool IsDue { get; set; }

    public bool IsIdle => Kind == TaskKind.Idle;
    public LiveStep Now => Program[Step];
}
