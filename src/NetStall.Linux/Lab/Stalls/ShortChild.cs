// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace NetStall.Linux.Lab.Stalls;

/// <summary>A fork whose child ends at once.</summary>
/// <remarks>
/// Of .NET's threads the child has this one alone, so nothing in it may wait for another: the garbage collector is not asked (SuppressGCTransition),
/// no symbol is looked up (both calls go through one pointer that is already there), and libc's own handlers at fork are passed by.
/// </remarks>
static unsafe class ShortChild
{
    const int ChildEnded = 17;   // SIGCHLD

    // asm/unistd_64.h, asm-generic/unistd.h
    static readonly bool Arm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
    static readonly long Clone = Arm ? 220 : 56, ExitGroup = Arm ? 94 : 231;

    static readonly delegate* unmanaged[SuppressGCTransition]<long, long, long, long, long, long, long, long> Call =
        (delegate* unmanaged[SuppressGCTransition]<long, long, long, long, long, long, long, long>)NativeLibrary.GetExport(NativeLibrary.Load("libc", typeof(ShortChild).Assembly, null), "syscall");

    /// <returns>The child's pid, or -1.</returns>
    public static int Fork()
    {
        var call = Call;
        long clone = Clone, exit = ExitGroup;
        long child = call(clone, ChildEnded, 0, 0, 0, 0, 0);
        if (child == 0)
            _ = call(exit, 0, 0, 0, 0, 0, 0);
        return (int)child;
    }
}
