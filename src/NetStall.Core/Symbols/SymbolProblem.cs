// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Symbols;

/// <summary>Why a symbol list names nothing.</summary>
/// <param name="What">The first half of a sentence.</param>
/// <param name="WayOut">Its second half, without the full stop.</param>
public sealed record SymbolProblem(string What, string WayOut)
{
    public override string ToString() => $"{What}; {WayOut}.";
}
