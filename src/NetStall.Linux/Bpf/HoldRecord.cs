// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using NetStall.Linux.Native;
using NetStall.Model;

namespace NetStall.Linux.Bpf;

/// <summary>Where a program writes down from when to when it held, and reads whether it shall. Both sides look at the same page: no call is needed.</summary>
/// <remarks>
/// <code>
///   0 begin     8 end     16 CPU     24 armed: 1 until a program that asks has held once
/// </code>
/// </remarks>
sealed unsafe partial class HoldRecord : IDisposable
{
    public const short Begin = 0, End = 8, Cpu = 16, Armed = 24;

    const int Size = 32;
    const nuint Page = 4096;   // a larger page of the machine's is mapped whole
    const int ReadAndWrite = 3, Shared = 1;

    readonly BpfMap _map = BpfMap.Shared(Size);
    readonly long* _words;

    /// <exception cref="SystemCallException">The kernel refuses.</exception>
    public HoldRecord()
    {
        _words = mmap(null, Page, ReadAndWrite, Shared, _map.File, 0);
        if ((nint)_words == -1)
            throw SystemCallException.Last("mmap of a BPF map");
    }

    public int File => _map.File;

    public Hold Last => new(new KernelTime(Read(Begin)), new KernelTime(Read(End)), new CpuId((int)Read(Cpu)));

    /// <summary>Lets the program hold once, if it is one that asks.</summary>
    public void Arm() => Volatile.Write(ref _words[Armed / sizeof(long)], 1);

    public void Dispose()
    {
        _ = munmap(_words, Page);
        _map.Dispose();
    }

    // Written behind the compiler's back.
    long Read(short at) => Volatile.Read(ref _words[at / sizeof(long)]);

    [LibraryImport("libc", SetLastError = true)]
    private static partial long* mmap(void* where, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int munmap(void* where, nuint length);
}
