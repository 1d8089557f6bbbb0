// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace NetStall.Linux.Cgroups;

static unsafe partial class CgroupNative
{
    const int PathOnly = 0x200000, CloseOnExec = 0x80000;    // O_PATH, O_CLOEXEC
    const int KernelfsHandle = 0xfe;                          // FILEID_KERNFS, linux/exportfs.h

    /// <summary>Must match <c>struct file_handle</c> in fcntl.h, with the eight bytes that kernfs puts into it.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct FileHandle
    {
        public uint Bytes;
        public int Type;
        public ulong Id;
    }

    /// <summary>A folder, to name others of its file system by; null when it cannot be opened.</summary>
    public static SafeFileHandle? OpenFolder(string path)
    {
        // Not O_PATH: open_by_handle_at takes none.
        int folder = open(path, CloseOnExec);
        return folder < 0 ? null : new SafeFileHandle(folder, ownsHandle: true);
    }

    /// <summary>Where the folder of that inode stands; null when it is gone, or when this process may not ask (CAP_DAC_READ_SEARCH).</summary>
    public static string? PathOf(SafeFileHandle anyOfTheFileSystem, ulong inode)
    {
        var handle = new FileHandle { Bytes = sizeof(ulong), Type = KernelfsHandle, Id = inode };
        int file = open_by_handle_at(anyOfTheFileSystem, &handle, PathOnly | CloseOnExec);
        if (file < 0)
            return null;
        using var opened = new SafeFileHandle(file, ownsHandle: true);
        string? path = new FileInfo($"/proc/self/fd/{file}").LinkTarget;
        // cgroup_rmdir waits for nobody who holds it open.
        return path is null || path.EndsWith(" (deleted)", StringComparison.Ordinal) ? null : path;
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int open_by_handle_at(SafeFileHandle anyOfTheFileSystem, FileHandle* handle, int flags);
}
