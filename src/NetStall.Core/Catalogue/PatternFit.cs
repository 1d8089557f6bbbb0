// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Catalogue;

/// <summary>How well a pattern fitted: <c>default</c> is "not at all".</summary>
/// <param name="Fitted">Whether every step that must be there was.</param>
/// <param name="Steps">Steps found, optional ones included.</param>
/// <param name="Exact">Of these, found by a name without <c>*</c>.</param>
/// <param name="Telling">Of these, functions that are not common ones.</param>
readonly record struct PatternFit(bool Fitted, int Steps, int Exact, int Telling)
{
    public PatternFit Plus(bool exact, bool telling) =>
        Fitted ? new PatternFit(true, Steps + 1, Exact + (exact ? 1 : 0), Telling + (telling ? 1 : 0)) : default;

    public static PatternFit Better(PatternFit a, PatternFit b) => Compare(a, b) >= 0 ? a : b;

    /// <summary>More steps say more; then more telling ones; then those that needed no <c>*</c>.</summary>
    public static int Compare(PatternFit a, PatternFit b)
    {
        int order = a.Fitted.CompareTo(b.Fitted);
        if (order == 0)
            order = a.Steps.CompareTo(b.Steps);
        if (order == 0)
            order = a.Telling.CompareTo(b.Telling);
        return order != 0 ? order : a.Exact.CompareTo(b.Exact);
    }
}
