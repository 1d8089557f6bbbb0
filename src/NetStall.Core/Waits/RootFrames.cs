// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Waits;

/// <summary>The outermost kernel frames of a call chain, unnamed: two samples that share them are in one system call, or in one kernel thread's loop.</summary>
/// <remarks>
/// <code>
///   … vfs_read, ksys_read, do_syscall_64, entry_SYSCALL_64_after_hwframe | user frames
///               \---- the last three addresses, compared as they are --/
/// </code>
/// </remarks>
readonly record struct RootFrames(ulong Outer, ulong Middle, ulong Inner)
{
    const ulong OneFunction = 8192;

    public bool IsSameCall(RootFrames other) =>
        Outer == other.Outer && Middle == other.Middle && (Inner > other.Inner ? Inner - other.Inner : other.Inner - Inner) < OneFunction;

    public static RootFrames Of(ReadOnlySpan<ulong> chain)
    {
        if (chain.IsEmpty)
            return default;
        int user = chain.IndexOf(ChainMarker.User);
        int end = user < 0 ? chain.Length : user;
        // A value that is a marker stands where a frame is missing; as an address it harms nobody.
        return end switch
        {
            >= 4 => new RootFrames(chain[end - 1], chain[end - 2], chain[end - 3]),
            3 => new RootFrames(chain[2], chain[1], 0),
            2 => new RootFrames(chain[1], 0, 0),
            _ => default,
        };
    }
}
