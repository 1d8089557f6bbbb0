// SPDX-License-Identifier: Apache-2.0
using System.Text;
using NetStall.Model;

namespace NetStall.Texts;

/// <summary>The frames of a text, each distinct one kept once. What stands in a chain is its token: its number, from 1.</summary>
/// <remarks>
/// Frames are the same if symbol and object are; where either names nothing (<c>[unknown]</c> in the kernel, or a text without
/// symbols) the address is part of it, so that a kallsyms beside the text can still name it. Not thread-safe.
/// </remarks>
public sealed class TextFrames : IFrameResolver
{
    struct Entry
    {
        public byte[] Symbol;
        public byte[] Object;
        public ulong Address;
        public uint Hash;
        public int Next;
        public bool InKernel;
        public Frame? Frame;
    }

    Entry[] _entries = new Entry[256];
    int[] _buckets = new int[1024];
    int _count;

    public bool HasKernelSymbols { get; private set; }

    /// <summary>The token of a frame without a symbol, by its address: what ftrace's and perf's bare addresses need.</summary>
    public ulong Intern(ReadOnlySpan<byte> symbol, ReadOnlySpan<byte> dso, ulong address, bool inKernel)
    {
        bool isKnown = !symbol.IsEmpty && !symbol.SequenceEqual("[unknown]"u8);
        if (!isKnown)
            symbol = default;
        if (isKnown || (!inKernel && !dso.IsEmpty))
            address = 0;

        uint hash = Mix(Mix(Mix(0, symbol), dso), address) ^ (inKernel ? 1u : 0u);
        for (int i = _buckets[hash & (uint)(_buckets.Length - 1)]; i != 0; i = _entries[i - 1].Next)
        {
            ref var entry = ref _entries[i - 1];
            if (entry.Hash == hash && entry.Address == address && entry.InKernel == inKernel && symbol.SequenceEqual(entry.Symbol) && dso.SequenceEqual(entry.Object))
                return (ulong)i;
        }
        HasKernelSymbols |= isKnown && inKernel;
        return Add(new Entry { Symbol = symbol.ToArray(), Object = dso.ToArray(), Address = address, Hash = hash, InKernel = inKernel });
    }

    public string? KernelFunction(ulong address, bool isReturnAddress) => Find(address) is { InKernel: true } frame ? frame.Function : null;

    public IReadOnlyList<Frame> Resolve(ReadOnlySpan<ulong> chain, Pid pid, KernelTime time)
    {
        var frames = new List<Frame>(chain.Length);
        foreach (ulong token in chain)
        {
            if (Find(token) is { } frame)
                frames.Add(frame);
        }
        return frames;
    }

    /// <summary>The frame that a token stands for; null for markers and for what is no token of this table.</summary>
    public Frame? Find(ulong token)
    {
        if (token == 0 || token > (ulong)_count)
            return null;
        ref var entry = ref _entries[token - 1];
        return entry.Frame ??= new Frame(
            entry.Symbol.Length == 0 ? null : Encoding.UTF8.GetString(entry.Symbol), ObjectName.Of(entry.Object), entry.InKernel, entry.Address);
    }

    ulong Add(in Entry entry)
    {
        if (_count == _entries.Length)
        {
            Array.Resize(ref _entries, _count * 2);
            _buckets = new int[_buckets.Length * 2];
            for (int i = 0; i < _count; i++)
                Link(i);
        }
        _entries[_count] = entry;
        Link(_count);
        return (ulong)++_count;
    }

    void Link(int index)
    {
        ref int bucket = ref _buckets[_entries[index].Hash & (uint)(_buckets.Length - 1)];
        _entries[index].Next = bucket;
        bucket = index + 1;
    }

    static uint Mix(uint hash, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= 8)
        {
            hash = Mix(hash, System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[8..];
        }
        ulong rest = (ulong)bytes.Length + 1;
        foreach (byte b in bytes)
            rest = rest << 8 | b;
        return Mix(hash, rest);
    }

    static uint Mix(uint hash, ulong value)
    {
        ulong product = (value ^ hash) * 0x9E37_79B9_7F4A_7C15;
        return (uint)(product >> 32) ^ (uint)product;
    }
}
