// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Recordings;

/// <summary>The flaws of one recording: the first few in full, the rest counted.</summary>
public sealed class FlawList
{
    /// <summary>How many are kept in full. A recording that is wrong everywhere is wrong in the same way everywhere.</summary>
    public const int Kept = 20;

    readonly List<Flaw> _first = [];

    /// <summary>In input order, at most <see cref="Kept"/>.</summary>
    public IReadOnlyList<Flaw> First => _first;

    public long Count { get; private set; }

    public void Add(string where, string what, string consequence)
    {
        Count++;
        if (_first.Count < Kept)
            _first.Add(new Flaw(where, what, consequence));
    }

    /// <summary>A place in a text; lines and columns count from 1.</summary>
    public void AddLine(long line, int column, string what, string consequence)
    {
        if (WantsWords)
            Add($"line {line}, column {column}", what, consequence);
        else
            CountMore();
    }

    /// <summary>Whether the next one is still written out: words for the others are better not made.</summary>
    public bool WantsWords => _first.Count < Kept;

    /// <summary>Counts one more without words.</summary>
    public void CountMore(long more = 1) => Count += more;
}
