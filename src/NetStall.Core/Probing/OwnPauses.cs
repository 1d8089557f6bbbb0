// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Probing;

/// <summary>The prober's own pauses: what lies within them is never told of the peer.</summary>
public sealed class OwnPauses
{
    /// <summary>So many of the longest are kept for the report.</summary>
    const int Told = 100;

    readonly List<OwnPause> _recent = [];
    readonly PriorityQueue<OwnPause, long> _longest = new();

    public long Count { get; private set; }
    public Elapsed Worst { get; private set; }

    /// <summary>Of the thread that sends: for so long nothing was sent or read.</summary>
    public Elapsed Unsent { get; private set; }

    /// <summary>In order of begin.</summary>
    public IReadOnlyList<OwnPause> Longest => [.. _longest.UnorderedItems.Select(p => p.Element).OrderBy(p => p.Begin)];

    public void Add(OwnPause pause)
    {
        Count++;
        Worst = Elapsed.Max(Worst, pause.Length);
        if (pause.Cpu is null)
            Unsent += pause.Length;
        _recent.Add(pause);
        _longest.Enqueue(pause, pause.Length.Nanoseconds);
        if (_longest.Count > Told)
            _longest.Dequeue();
    }

    /// <summary>Whether pauses fill half of a stretch or more: then who was late, we or the peer, nobody can tell.</summary>
    public bool Explain(KernelTime from, KernelTime to)
    {
        var covered = Elapsed.Zero;
        var until = from;
        foreach (var pause in _recent.Where(p => p.Begin < to && p.End > from).OrderBy(p => p.Begin))
        {
            var (begin, end) = (KernelTime.Max(pause.Begin, until), KernelTime.Min(pause.End, to));
            if (end <= begin)
                continue;
            covered += end - begin;
            until = end;
        }
        return covered.Nanoseconds * 2 >= (to - from).Nanoseconds && covered > Elapsed.Zero;
    }

    /// <summary>Nobody will ask any more what was before this moment.</summary>
    public void Forget(KernelTime before) => _recent.RemoveAll(p => p.End < before);
}
