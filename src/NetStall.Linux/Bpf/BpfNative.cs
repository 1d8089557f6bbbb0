// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using NetStall.Linux.Native;

namespace NetStall.Linux.Bpf;

/// <summary>bpf(2), which libc does not wrap; constants of include/uapi/linux/bpf.h.</summary>
static unsafe partial class BpfNative
{
    public enum Command
    {
        MapCreate = 0,
        MapLookup = 1,
        ProgramLoad = 5,
        ProgramTestRun = 10,
        RawTracepointOpen = 17,
        BtfLoad = 18,
    }

    /// <summary>The largest argument that we fill in. What a kernel does not know must be zero.</summary>
    public const int AttrSize = 128;

    // asm/unistd_64.h, asm-generic/unistd.h
    static readonly long Number = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 280 : 321;

    /// <exception cref="SystemCallException">The kernel refuses.</exception>
    public static int Call(Command command, byte* attr, string what)
    {
        int result = (int)syscall(Number, command, attr, AttrSize);
        return result >= 0 ? result : throw SystemCallException.Last($"bpf: {what}");
    }

    /// <summary>The same, for whoever looks at the error himself: negative when refused.</summary>
    public static int Try(Command command, byte* attr) => (int)syscall(Number, command, attr, AttrSize);

    [LibraryImport("libc", SetLastError = true)]
    private static partial long syscall(long number, Command command, byte* attr, long size);
}
