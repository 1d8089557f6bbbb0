// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using NetStall.Linux.Native;

namespace NetStall.Linux.Bundles;

static partial class BundleNative
{
    const int ReadOnly = 0;              // O_RDONLY
    const int CloseOnExec = 0x80000;     // O_CLOEXEC

    /// <summary>Writes a folder's names to the disk: .NET opens no folders. Where a file system cannot, nothing is lost that it would have kept.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public static void FlushFolder(string path)
    {
        int folder = open(path, ReadOnly | CloseOnExec);
        if (folder < 0)
            throw new IOException(SystemCallException.Last($"open of {path}").Message);
        try
        {
            if (fsync(folder) < 0 && Marshal.GetLastPInvokeError() is not Errno.Invalid)
                throw new IOException(SystemCallException.Last($"fsync of {path}").Message);
        }
        finally
        {
            _ = close(folder);
        }
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(int file);

    [LibraryImport("libc")]
    private static partial int close(int file);
}
