// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace NetStall.Linux.PerfEvents;

/// <summary>A file's inode, which .NET does not tell. A cgroup2 folder's is the cgroup's id.</summary>
static unsafe partial class FileIdentity
{
    // linux/stat.h, fcntl.h
    const int CurrentFolder = -100;      // AT_FDCWD
    const uint WantsInode = 0x100;       // STATX_INO
    const int InodeOffset = 32, StatxSize = 256;

    /// <summary>Null when it is gone.</summary>
    public static ulong? InodeOf(string path)
    {
        byte* answer = stackalloc byte[StatxSize];
        return statx(CurrentFolder, path, 0, WantsInode, answer) == 0 ? *(ulong*)(answer + InodeOffset) : null;
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int folder, string path, int flags, uint mask, byte* answer);
}
