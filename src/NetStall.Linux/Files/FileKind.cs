// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace NetStall.Linux.Files;

/// <summary>What stands by a name, without opening it: to open a pipe is to wait for its writer.</summary>
public static unsafe partial class FileKind
{
    // linux/stat.h, fcntl.h
    const int CurrentFolder = -100;      // AT_FDCWD
    const int NoFollow = 0x100;          // AT_SYMLINK_NOFOLLOW
    const uint WantsType = 1;            // STATX_TYPE
    const int ModeOffset = 28, StatxSize = 256;
    const int TypeMask = 0xf000, Regular = 0x8000, Socket = 0xc000;

    /// <summary>It is a file itself, and neither a link, a pipe nor a device.</summary>
    public static bool IsRegularFile(string path) => TypeOf(path) == Regular;

    /// <summary>It is a socket that programs may be listening at.</summary>
    public static bool IsSocket(string path) => TypeOf(path) == Socket;

    static int TypeOf(string path)
    {
        byte* answer = stackalloc byte[StatxSize];
        return statx(CurrentFolder, path, NoFollow, WantsType, answer) == 0 ? *(ushort*)(answer + ModeOffset) & TypeMask : 0;
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int folder, string path, int flags, uint mask, byte* answer);
}
