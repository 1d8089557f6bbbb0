// SPDX-License-Identifier: Apache-2.0
using NetStall.Linux.Native;

namespace NetStall.Linux.PerfEvents;

/// <summary>A ring that keeps the newest: mapped for reading only, so that the kernel never waits for us, and written backward, so that the newest is found.</summary>
sealed unsafe class OverwriteRing : IDisposable
{
    const int HeadOffset = 1024;

    readonly nuint _mapped;
    byte* _pages;

    /// <param name="owner">Opened with <see cref="NetStall.PerfData.Writing.PerfEventSpec.WriteBackward"/>, as all that write into it.</param>
    /// <param name="size">Bytes, a power of two and of pages.</param>
    /// <exception cref="SystemCallException">The kernel refuses.</exception>
    public OverwriteRing(PerfEvent owner, int size)
    {
        Owner = owner;
        Size = size;
        _mapped = (nuint)(size + Environment.SystemPageSize);
        _pages = PerfNative.mmap(null, _mapped, PerfNative.Readable, PerfNative.Shared, owner.File, 0);
        if (_pages == (byte*)-1)
        {
            _pages = null;
            throw SystemCallException.Last($"a ring of {size >> 10} kB on {owner.Cpu}");
        }
    }

    public PerfEvent Owner { get; }
    public int Size { get; }

    /// <summary>Copies all that it holds, the head first. The kernel writes nothing meanwhile: it counts what comes as lost.</summary>
    /// <param name="into">As large as the ring.</param>
    public void Copy(Span<byte> into)
    {
        ObjectDisposedException.ThrowIf(_pages == null, this);
        Owner.Pause(true);
        try
        {
            int head = (int)(Volatile.Read(ref *(ulong*)(_pages + HeadOffset)) & ((ulong)Size - 1));
            var ring = new ReadOnlySpan<byte>(_pages + Environment.SystemPageSize, Size);
            ring[head..].CopyTo(into);
            ring[..head].CopyTo(into[(Size - head)..]);
        }
        finally
        {
            Owner.Pause(false);
        }
    }

    public void Dispose()
    {
        if (_pages != null)
            _ = PerfNative.munmap(_pages, _mapped);
        _pages = null;
    }
}
