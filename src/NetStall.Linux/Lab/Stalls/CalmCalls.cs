// SPDX-License-Identifier: Apache-2.0
using NetStall.Linux.Native;

namespace NetStall.Linux.Lab.Stalls;

/// <summary>A long system call that lets others run while it lasts: a control. It must never be blamed.</summary>
/// <remarks>mmap() with MAP_POPULATE makes and zeroes pages by the hundred thousand, and asks after each batch whether somebody else should run.</remarks>
sealed unsafe class CalmCalls : IStall
{
    const long Most = 1L << 30, Page = 4096;

    readonly OwnTime _time = new();
    readonly nuint _size;

    public CalmCalls()
    {
        // A quarter of what is free, and not more than a gigabyte.
        _size = (nuint)Math.Min(Most, AvailableMemory.Bytes() / 4 / Page * Page);
    }

    public string Syscall => "mmap";

    public void WarmUp() => Map((nuint)Page);

    public StallShot? Shoot() => _time.Measure(() => Map(_size));

    public void Dispose() => _time.Dispose();

    static void Map(nuint size)
    {
        byte* memory = StallNative.mmap(
            null, size, StallNative.Readable | StallNative.Writable, StallNative.Private | StallNative.Anonymous | StallNative.Populate, -1, 0);
        if (memory == (byte*)-1)
            throw SystemCallException.Last("mmap");
        _ = StallNative.munmap(memory, size);
    }
}
