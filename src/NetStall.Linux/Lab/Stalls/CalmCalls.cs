// SPDX-License-Identifier: Apache-2.0
using Microsoft.Win32.SafeHandles;
using NetStall.Linux.Native;

namespace NetStall.Linux.Lab.Stalls;

/// <summary>Long system calls that let others run while they last: a control. None may ever be blamed.</summary>
/// <remarks>
/// Each handles pages by the hundred thousand, and asks after each batch whether somebody else should run (cond_resched). One a shot, in turn:
/// <code>
///   mmap(MAP_POPULATE)  makes them     clone  copies their tables     mlock  walks them     munmap  gives them back     fallocate, ftruncate  the same for a file
/// </code>
/// </remarks>
sealed unsafe class CalmCalls : IStall
{
    const long Most = 1L << 30, Page = 4096;

    readonly OwnTime _time = new();
    readonly SafeFileHandle _file;
    readonly (string Name, Action<long> Call)[] _calls;
    readonly long _size;
    byte* _memory;
    int _next;

    public CalmCalls()
    {
        // A quarter of what is free, and not more than a gigabyte.
        _size = Math.Min(Most, AvailableMemory.Bytes() / 4 / Page * Page);
        int file = StallNative.memfd_create("netstall-lab", flags: 1);
        if (file < 0)
            throw SystemCallException.Last("memfd_create");
        _file = new SafeFileHandle(file, ownsHandle: true);
        _calls = [("mmap", Map), ("clone", Fork), ("mlock", Lock), ("munmap", Unmap), ("fallocate", Allocate), ("ftruncate", Truncate)];
        Syscall = _calls[0].Name;
    }

    public string Syscall { get; private set; }

    public void WarmUp()
    {
        foreach (var (_, call) in _calls)
            Measure(call, Page);
    }

    public StallShot? Shoot()
    {
        (Syscall, var call) = _calls[_next++ % _calls.Length];
        return Measure(call, _size);
    }

    public void Dispose()
    {
        if (_memory != null)
            _ = StallNative.munmap(_memory, (nuint)_size);
        _file.Dispose();
        _time.Dispose();
    }

    StallShot Measure(Action<long> call, long size) => _time.Measure(() => call(size));

    void Map(long size)
    {
        _memory = StallNative.mmap(
            null, (nuint)size, StallNative.Readable | StallNative.Writable, StallNative.Private | StallNative.Anonymous | StallNative.Populate, -1, 0);
        if (_memory == (byte*)-1)
        {
            _memory = null;
            throw SystemCallException.Last("mmap");
        }
    }

    void Unmap(long size)
    {
        Check(StallNative.munmap(_memory, (nuint)size), "munmap");
        _memory = null;
    }

    void Lock(long size) => Check(StallNative.mlock(_memory, (nuint)size), "mlock");
    void Allocate(long size) => Check(StallNative.fallocate((int)_file.DangerousGetHandle(), 0, 0, size), "fallocate");
    void Truncate(long size) => Check(StallNative.ftruncate((int)_file.DangerousGetHandle(), 0), "ftruncate");

    static void Fork(long size)
    {
        int child = ShortChild.Fork();
        Check(child, "clone");
        _ = StallNative.waitpid(child, null, 0);
    }

    static void Check(int result, string call)
    {
        if (result < 0)
            throw SystemCallException.Last(call);
    }
}
