// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Model;

/// <summary>A logical CPU as the kernel numbers it, from 0.</summary>
public readonly record struct CpuId(int Value)
{
    public override string ToString() => $"cpu{Value}";
}

/// <summary>A process. The kernel says tgid where perf and /proc say pid; we say pid. Numbers of the host's pid namespace.</summary>
public readonly record struct Pid(int Value)
{
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>One schedulable task. The kernel says pid where perf says tid; we say tid. 0 is the idle task of each CPU.</summary>
/// <remarks>perf writes -1 for the samples of a task that has already exited: <see cref="IsKnown"/> is false then.</remarks>
public readonly record struct Tid(int Value)
{
    public static readonly Tid Idle = new(0);
    public static readonly Tid Unknown = new(-1);

    public bool IsIdle => Value == 0;
    public bool IsKnown => Value >= 0;

    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>A name in a recording's <see cref="NameTable"/>. <c>default</c> is "no name known".</summary>
public readonly record struct NameId(int Value)
{
    public bool IsKnown => Value != 0;
}

/// <summary>A cgroup as the kernel numbers it: the inode of its cgroup2 folder.</summary>
public readonly record struct CgroupId(ulong Value);
