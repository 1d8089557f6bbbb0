// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Linux.Lab.Stalls;

/// <summary>A task of ordinary priority that computes in user mode: it stalls nobody, unless ksoftirqd or a NAPI thread must take turns with it.</summary>
sealed class BusyStall(Elapsed length) : IStall
{
    public string? Syscall => null;

    public void WarmUp() => _ = UserMode.Compute(Elapsed.Zero);

    public StallShot? Shoot() => UserMode.Compute(length);

    public void Dispose()
    {
    }
}
