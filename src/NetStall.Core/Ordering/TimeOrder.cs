// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using NetStall.Model;

namespace NetStall.Ordering;

/// <summary>Brings the events of one or several recordings of a node into one order of time, holding back no more than it must.</summary>
/// <remarks>
/// perf empties its rings in rounds. After FINISHED_ROUND nothing older can come than the newest event of the round BEFORE it:
/// <code>
///   round 1        round 2        round 3
///   cpu0: 1 4 5    cpu0: 6 8      cpu0: 9
///   cpu1: 2 3 7    cpu1: 8 9      cpu1: 10
///         max 7          max 9 -> everything up to 7 may go
/// </code>
/// Each input promises such a bound; what lies below all promises goes on. Only judgements across CPUs need this (who woke a
/// NAPI thread), and several files, and rings that were written backward: a single CPU's events are in order anyway, so most
/// recordings pass by unordered.
/// </remarks>
public sealed class TimeOrder(IEventSink next)
{
    /// <summary>So many events are held at most; then the older half goes on, as perf does, and the late ones are counted.</summary>
    const int MostHeld = 4_000_000;

    /// <summary>So few are sorted and moved at no cost to speak of.</summary>
    const int FewHeld = 4096;

    readonly record struct Held(KernelEvent Event, int ChainBegin, int ChainLength, int Sequence) : IComparable<Held>
    {
        // Equal times keep the order in which they were written.
        public int CompareTo(Held other) => Event.Time != other.Event.Time ? Event.Time.CompareTo(other.Event.Time) : Sequence.CompareTo(other.Sequence);
    }

    readonly List<Input> _inputs = [];
    List<Held> _held = [];
    ulong[] _chains = new ulong[4096];
    int _chainLength;
    int _sequence;
    int _kept;
    KernelTime _sent = new(long.MinValue);

    /// <summary>Events that came after later ones had gone on. They are handed on all the same.</summary>
    public long Late { get; private set; }

    /// <summary>A place for one recording's events.</summary>
    /// <param name="isOrdered">Its events come in order of time already, so each is a promise.</param>
    /// <param name="isBackward">Its rings ran backward: of two events of one time the later one came first.</param>
    public Input AddInput(bool isOrdered, bool isBackward = false)
    {
        var input = new Input(this, isOrdered, isBackward);
        _inputs.Add(input);
        return input;
    }

    /// <summary>Nothing more comes from anywhere.</summary>
    public void Finish() => Send(new KernelTime(long.MaxValue));

    /// <summary>One recording's door into the order.</summary>
    public sealed class Input : IEventSink
    {
        readonly TimeOrder _order;
        readonly bool _isOrdered;
        readonly bool _isBackward;
        KernelTime _newest = new(long.MinValue);
        KernelTime _newestBefore = new(long.MinValue);

        internal Input(TimeOrder order, bool isOrdered, bool isBackward) => (_order, _isOrdered, _isBackward) = (order, isOrdered, isBackward);

        /// <summary>Nothing at or before this will come from here any more.</summary>
        public KernelTime Promise { get; private set; } = new(long.MinValue);

        public void Accept(in KernelEvent e, ReadOnlySpan<ulong> chain)
        {
            if (e.Time > _newest)
                _newest = e.Time;
            if (_isOrdered)
                Promise = _newest;
            _order.Hold(e, chain, _isBackward);
        }

        public void RoundFinished()
        {
            Promise = _newestBefore;
            _newestBefore = _newest;
            _order.SendPromised();
        }

        public void Finish()
        {
            Promise = new KernelTime(long.MaxValue);
            _order.SendPromised();
        }
    }

    void Hold(in KernelEvent e, ReadOnlySpan<ulong> chain, bool isBackward)
    {
        if (_chainLength + chain.Length > _chains.Length)
            Array.Resize(ref _chains, Math.Max(_chains.Length * 2, _chainLength + chain.Length));
        chain.CopyTo(_chains.AsSpan(_chainLength));
        _held.Add(new Held(e, _chainLength, chain.Length, isBackward ? -_sequence : _sequence));
        _sequence++;
        _chainLength += chain.Length;
        if (_held.Count >= MostHeld)
        {
            var times = _held.ConvertAll(static h => h.Event.Time);
            times.Sort();
            Send(times[times.Count / 2]);
        }
    }

    void SendPromised()
    {
        var promised = new KernelTime(long.MaxValue);
        foreach (var input in _inputs)
            promised = KernelTime.Min(promised, input.Promise);
        // All that is held is sorted and moved: worth it only for as many new events as stayed the last time. A file that is ahead of
        // another may wait with all its events for the other's many rounds.
        if (promised > _sent && (_kept < FewHeld || _held.Count >= 2 * _kept))
            Send(promised);
    }

    void Send(KernelTime upTo)
    {
        _held.Sort();
        int count = 0;
        foreach (ref readonly var held in CollectionsMarshal.AsSpan(_held))
        {
            if (held.Event.Time > upTo)
                break;
            count++;
            if (held.Event.Time < _sent)
                Late++;
            next.Accept(held.Event, _chains.AsSpan(held.ChainBegin, held.ChainLength));
        }
        if (count > 0)
            _sent = KernelTime.Max(_sent, _held[count - 1].Event.Time);
        Keep(count);
    }

    // What stays is moved to the front, chains included.
    void Keep(int from)
    {
        var kept = new List<Held>(Math.Max(16, _held.Count - from));
        var chains = new ulong[Math.Max(4096, _chainLength / 2)];
        int length = 0;
        for (int i = from; i < _held.Count; i++)
        {
            var held = _held[i];
            if (length + held.ChainLength > chains.Length)
                Array.Resize(ref chains, Math.Max(chains.Length * 2, length + held.ChainLength));
            _chains.AsSpan(held.ChainBegin, held.ChainLength).CopyTo(chains.AsSpan(length));
            kept.Add(held with { ChainBegin = length });
            length += held.ChainLength;
        }
        _held = kept;
        _chains = chains;
        _chainLength = length;
        _kept = kept.Count;
    }
}
