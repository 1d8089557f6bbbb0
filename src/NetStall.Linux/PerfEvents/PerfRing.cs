// SPDX-License-Identifier: Apache-2.0
using NetStall.Linux.Native;

namespace NetStall.Linux.PerfEvents;

/// <summary>Takes whole records. The bytes are the ring's own, and gone when this returns.</summary>
delegate void RingBytes(ReadOnlySpan<byte> bytes);

/// <summary>The buffer that the kernel shares with us for one CPU, filled and emptied in order.</summary>
/// <remarks>
/// <code>
///   page 0: struct perf_event_mmap_page        | 2^n pages, round and round
///           data_head at 1024, the kernel's    |   . . . . tail ####### head . . . .
///           data_tail at 1032, ours            |
/// </code>
/// What does not fit is lost, and a LOST record says how much. (include/uapi/linux/perf_event.h; kernel/events/ring_buffer.c)
/// </remarks>
sealed unsafe class PerfRing : IDisposable
{
    const int HeadOffset = 1024, TailOffset = 1032;

    readonly nuint _mapped;
    readonly ulong _mask;
    byte* _pages;
    readonly byte* _data;

    /// <param name="owner">The event through which the ring is made; others of its CPU may write into it.</param>
    /// <param name="size">Bytes, a power of two and of pages.</param>
    /// <exception cref="SystemCallException">The kernel refuses: so much may not be locked, or there is no memory.</exception>
    public PerfRing(PerfEvent owner, int size)
    {
        Owner = owner;
        Size = size;
        _mask = (ulong)size - 1;
        _mapped = (nuint)(size + Environment.SystemPageSize);
        _pages = PerfNative.mmap(null, _mapped, PerfNative.Readable | PerfNative.Writable, PerfNative.Shared, owner.File, 0);
        if (_pages == (byte*)-1)
        {
            _pages = null;
            throw SystemCallException.Last($"a ring of {size >> 10} kB on {owner.Cpu}");
        }
        _data = _pages + Environment.SystemPageSize;
    }

    public PerfEvent Owner { get; }
    public int Size { get; }

    /// <summary>Hands over all that is new at once, and gives the room back to the kernel.</summary>
    /// <param name="scratch">As large as the ring: for what lies around its end.</param>
    /// <param name="into">Not called when nothing is new.</param>
    /// <returns>How many bytes it was.</returns>
    public int Drain(byte[] scratch, RingBytes into)
    {
        ObjectDisposedException.ThrowIf(_pages == null, this);
        ulong head = Volatile.Read(ref *(ulong*)(_pages + HeadOffset));
        ref ulong tail = ref *(ulong*)(_pages + TailOffset);
        int length = (int)(head - tail);
        if (length == 0)
            return 0;

        int from = (int)(tail & _mask);
        int first = Math.Min(length, Size - from);
        var bytes = new ReadOnlySpan<byte>(_data + from, first);
        if (first < length)
        {
            bytes.CopyTo(scratch);
            new ReadOnlySpan<byte>(_data, length - first).CopyTo(scratch.AsSpan(first));
            bytes = scratch.AsSpan(0, length);
        }
        into(bytes);
        Volatile.Write(ref tail, head);
        return length;
    }

    public void Dispose()
    {
        if (_pages != null)
            _ = PerfNative.munmap(_pages, _mapped);
        _pages = null;
    }
}
