// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Budgets;

/// <summary>What kind of thing had the CPU.</summary>
public enum HolderKind
{
    TaskKernel,
    TaskUser,
    Hardirq,
    Softirq,
    Idle,

    /// <summary>Interrupts that were due did not come: off, or the CPU was not running at all.</summary>
    Silent,

    /// <summary>Not known. A task may still be: then it is not known whether it was in the kernel.</summary>
    Unknown,
}

/// <summary>Who had the CPU for a part of a wait. Unknown is null, or an unknown id.</summary>
/// <param name="Name">Of a softirq the vector, of a hard interrupt its handler or vector, of a kworker its work function.</param>
/// <param name="Priority">The kernel's number, below 100 is real-time; null when no switch told.</param>
public sealed record Holder(HolderKind Kind, Tid Tid, Pid? Pid, NameId Comm, string? Syscall, string? Name, int? Priority)
{
    public static readonly Holder Nobody = new(HolderKind.Unknown, Tid.Unknown, null, default, null, null, null);

    public bool IsTask => Tid is { IsKnown: true, IsIdle: false } && Kind is HolderKind.TaskKernel or HolderKind.TaskUser or HolderKind.Unknown or HolderKind.Silent;

    public bool IsRealTime => Priority is >= 0 and < 100;
}
