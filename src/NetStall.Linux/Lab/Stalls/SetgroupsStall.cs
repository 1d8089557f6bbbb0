// SPDX-License-Identifier: Apache-2.0
using NetStall.Linux.Native;

namespace NetStall.Linux.Lab.Stalls;

/// <summary>One setgroups() of 65,536 groups in random order, which the kernel sorts without a reschedule (kernel/groups.c): 11 to 40 ms.</summary>
/// <remarks>By the bare system call: it changes the calling thread's groups alone.</remarks>
sealed unsafe class SetgroupsStall : IStall
{
    const int Most = 65_536;   // NGROUPS_MAX

    readonly OwnTime _time = new();
    readonly uint[] _groups = new uint[Most];
    readonly Random _random = new(1);

    public string Syscall => "setgroups";

    public void WarmUp() => Measure(1);

    public StallShot? Shoot()
    {
        foreach (ref uint group in _groups.AsSpan())
            group = (uint)_random.Next();
        return Measure(Most);
    }

    public void Dispose() => _time.Dispose();

    StallShot Measure(int count) => _time.Measure(() => Set(count));

    void Set(int count)
    {
        fixed (uint* groups = _groups)
        {
            if (StallNative.SetGroups(count, groups) < 0)
                throw SystemCallException.Last("setgroups");
        }
    }
}
