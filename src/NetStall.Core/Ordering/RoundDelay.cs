// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Ordering;

/// <summary>Hands events on a round late, in the order in which they came, so that what other CPUs' rings say about them has been read by then.</summary>
/// <remarks>
/// A task's new name, its maps and its cgroup stand in the ring of the CPU on which it got them, which may be read after the ring of the
/// CPU on which it then ran. perf's promise (see <see cref="TimeOrder"/>): all that is older than the end of a round is read by the end of the next.
/// <code>
///   round 1                          round 2                    round 3
///   cpu0: sample of 4711             cpu0: …                    …
///   cpu1: COMM 4711 is now `exact`   cpu1: …      -> round 1    -> round 2
/// </code>
/// Copying costs a fraction of what sorting does, and a CPU's own events need no sorting.
/// </remarks>
public sealed class RoundDelay(IEventSink next) : IEventSink
{
    /// <summary>Rounds of huge rings, and recordings without rounds, are handed on before their end: so many bytes of call chains are held at most.</summary>
    const int MostHeld = 32 * 1024 * 1024;

    sealed class Round
    {
        KernelEvent[] _events = new KernelEvent[1024];
        int[] _chainEnds = new int[1024];
        ulong[] _chains = new ulong[32 * 1024];
        int _count;
        int _chainLength;

        public int Size => _chainLength * sizeof(ulong) + _count * 64;

        public void Add(in KernelEvent e, ReadOnlySpan<ulong> chain)
        {
            if (_count == _events.Length)
            {
                Array.Resize(ref _events, _count * 2);
                Array.Resize(ref _chainEnds, _count * 2);
            }
            if (_chainLength + chain.Length > _chains.Length)
                Array.Resize(ref _chains, Math.Max(_chains.Length * 2, _chainLength + chain.Length));
            chain.CopyTo(_chains.AsSpan(_chainLength));
            _chainLength += chain.Length;
            _chainEnds[_count] = _chainLength;
            _events[_count++] = e;
        }

        public void SendTo(IEventSink next)
        {
            int begin = 0;
            for (int i = 0; i < _count; i++)
            {
                next.Accept(_events[i], _chains.AsSpan(begin, _chainEnds[i] - begin));
                begin = _chainEnds[i];
            }
            _count = _chainLength = 0;
        }
    }

    Round _current = new();
    Round _before = new();

    public void Accept(in KernelEvent e, ReadOnlySpan<ulong> chain)
    {
        _current.Add(e, chain);
        if (_current.Size >= MostHeld)
            SendOlder();
    }

    public void RoundFinished()
    {
        SendOlder();
        next.RoundFinished();
    }

    /// <summary>Nothing more comes.</summary>
    public void Finish()
    {
        SendOlder();
        SendOlder();
    }

    void SendOlder()
    {
        _before.SendTo(next);
        (_before, _current) = (_current, _before);
    }
}
