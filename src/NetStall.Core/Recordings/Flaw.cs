// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Recordings;

/// <summary>One place in the input that we could not use, and what we did instead. Bad input is an answer, not an exception.</summary>
/// <param name="Where">Where: <c>offset 0x5c30</c>, <c>line 4812, column 31</c>, or empty for the recording as a whole.</param>
/// <param name="What">What was expected and what stood there.</param>
/// <param name="Consequence">What that costs: <c>this sample is left out</c>.</param>
public sealed record Flaw(string Where, string What, string Consequence)
{
    public override string ToString() => Where.Length == 0 ? $"{What}; {Consequence}" : $"{Where}: {What}; {Consequence}";
}

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

/// <summary>The input cannot be read at all: exit code 2. The message is one full sentence with the way out.</summary>
public sealed class UnreadableRecordingException : Exception
{
    public UnreadableRecordingException(string message) : base(message) { }
    public UnreadableRecordingException(string message, Exception inner) : base(message, inner) { }
    public UnreadableRecordingException() { }
}
