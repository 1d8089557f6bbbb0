// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Timelines;

/// <summary>The recent past of one CPU: its events and call chains, as far back as somebody may still look.</summary>
/// <remarks>
/// Blocks of events in a ring; whole blocks are given back once all in them is too old, and used again. So memory follows
/// how much happens within the window, not how long the recording is.
/// </remarks>
sealed class EventWindow
{
    const int BlockEvents = 512;

    // The first is small: a file may name thousands of CPUs with an event each.
    const int FirstBlockEvents = 32;

    internal sealed class Block(int capacity)
    {
        public readonly KernelEvent[] Events = new KernelEvent[capacity];
        public readonly int[] ChainEnds = new int[capacity];
        public ulong[] Chains = new ulong[capacity * 4];
        public int Count;
        public int ChainLength;

        public void Clear() => Count = ChainLength = 0;
    }

    readonly Queue<Block> _blocks = new();
    readonly Stack<Block> _free = new();
    readonly int _mostBlocks;
    Block? _last;

    /// <param name="mostEvents">At most so many are kept, whatever is asked for: the oldest go first.</param>
    public EventWindow(int mostEvents = 1 << 18) => _mostBlocks = Math.Max(2, mostEvents / BlockEvents);

    public void Add(in KernelEvent e, ReadOnlySpan<ulong> chain)
    {
        if (_last is null || _last.Count == _last.Events.Length)
        {
            if (_blocks.Count >= _mostBlocks)
                DropOldest();
            _last = _free.TryPop(out var block) ? block : new Block(_last is null ? FirstBlockEvents : BlockEvents);
            _blocks.Enqueue(_last);
        }
        var into = _last;
        if (into.ChainLength + chain.Length > into.Chains.Length)
            Array.Resize(ref into.Chains, Math.Max(into.Chains.Length * 2, into.ChainLength + chain.Length));
        chain.CopyTo(into.Chains.AsSpan(into.ChainLength));
        into.ChainLength += chain.Length;
        into.Events[into.Count] = e;
        into.ChainEnds[into.Count] = into.ChainLength;
        into.Count++;
    }

    /// <summary>Nobody will look before this time any more.</summary>
    public void Release(KernelTime before)
    {
        while (_blocks.Count > 1 && _blocks.Peek() is var oldest && oldest.Events[oldest.Count - 1].Time < before)
            DropOldest();
    }

    /// <summary>At least so many events are held.</summary>
    public bool Holds(int events) => _blocks.Count * BlockEvents >= events;

    /// <summary>Walks the window from its oldest event on.</summary>
    public Walker GetEnumerator() => new(_blocks);

    /// <summary>The window from that time on, and up to a block of events before it: on a quiet CPU those tell who was running.</summary>
    public Part Since(KernelTime time) => new(this, time);

    /// <summary>What one verdict may look at. Valid until the window changes.</summary>
    public readonly struct Part(EventWindow window, KernelTime since)
    {
        public Walker GetEnumerator() => new(window._blocks, since);
    }

    void DropOldest()
    {
        var oldest = _blocks.Dequeue();
        oldest.Clear();
        _free.Push(oldest);
    }

    /// <summary>A place in the window. <see cref="Chain"/> is valid until the window changes.</summary>
    public struct Walker
    {
        readonly KernelTime _since;
        Queue<Block>.Enumerator _rest;
        Block? _block;
        int _index;

        internal Walker(Queue<Block> blocks, KernelTime since = default)
        {
            _since = since;
            _rest = blocks.GetEnumerator();
            _block = null;
            _index = -1;
        }

        public readonly Walker Current => this;
        public readonly ref readonly KernelEvent Event => ref _block!.Events[_index];
        public readonly ReadOnlySpan<ulong> Chain
        {
            get
            {
                int begin = _index == 0 ? 0 : _block!.ChainEnds[_index - 1];
                return _block!.Chains.AsSpan(begin, _block.ChainEnds[_index] - begin);
            }
        }

        public bool MoveNext()
        {
            if (_block is not null && ++_index < _block.Count)
                return true;
            while (_rest.MoveNext())
            {
                _block = _rest.Current;
                _index = 0;
                if (_block.Count > 0 && _block.Events[_block.Count - 1].Time >= _since)
                    return true;
            }
            return false;
        }
    }
}
