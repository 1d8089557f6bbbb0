// SPDX-License-Identifier: Apache-2.0
using NetStall.Budgets;
using NetStall.Catalogue;
using NetStall.Waits;

namespace NetStall.Verdicts;

/// <summary>One wait, judged.</summary>
/// <param name="Culprit">Null when nobody can be named honestly.</param>
/// <param name="Doubts">What keeps the verdict from being surer, in full sentences; empty when nothing does.</param>
/// <param name="PacketsServed">By the first service after the wait; null when polls were not recorded.</param>
/// <param name="Device">Whose packets those were; null when no poll named it.</param>
public sealed record Stall(
    Wait Wait, Budget Budget, Mechanism Mechanism, Confidence Confidence, Culprit? Culprit, IReadOnlyList<string> Doubts,
    int? PacketsServed, string? Device, KnownCause? KnownCause)
{
    /// <summary>One hard interrupt without a break took most of it, not many.</summary>
    public bool IsSingleHandler { get; init; }
}
