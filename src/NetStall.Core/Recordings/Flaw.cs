// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Recordings;

/// <summary>One place in the input that we could not use, and what we did instead. Bad input is an answer, not an exception.</summary>
/// <param name="Where">Where: <c>offset 0x5c30</c>, <c>line 4812, column 31</c>, or empty for the recording as a whole.</param>
/// <param name="What">What was expected and what stood there.</param>
/// <param name="Consequence">What that costs: <c>this sample is left out</c>.</param>
public sealed record Flaw(string Where, string What, string Consequence)
{
    /// <summary>It is about one line of a text, which <see cref="What"/> may quote.</summary>
    public bool IsOfLine => Where.StartsWith("line ", StringComparison.Ordinal);

    public override string ToString() => Where.Length == 0 ? $"{What}; {Consequence}" : $"{Where}: {What}; {Consequence}";
}
