// SPDX-License-Identifier: Apache-2.0
using NetStall.Symbols;

namespace NetStall.Catalogue;

/// <summary>Functions to find in a stack, from root to leaf, with anything between them.</summary>
/// <remarks>
/// <code>seq_read|seq_read_iter > memory_stat_show > ?mem_cgroup_flush_stats > css_rstat_flush > _raw_spin_unlock_irq</code>
/// <c>></c> is "deeper, not necessarily next", <c>|</c> an alternative (renamed, inlined), <c>?</c> a step that may be missing,
/// <c>*</c> anything within a name.
/// </remarks>
sealed class StackPattern
{
    readonly Step[] _steps;

    StackPattern(Step[] steps) => _steps = steps;

    public IReadOnlyList<Step> Steps => _steps;

    public static StackPattern Parse(string text)
    {
        var steps = text.Split(" > ", StringSplitOptions.TrimEntries);
        return new StackPattern([.. steps.Select(Step.Parse)]);
    }

    /// <summary>How well <paramref name="functions"/> (root first) fit; <c>default</c> when they do not.</summary>
    public PatternFit Fit(ReadOnlySpan<string> functions)
    {
        var fit = FitFrom(functions, step: 0);
        // Locks and system call frames alone accuse nobody.
        return fit.Telling > 0 ? fit : default;
    }

    // For a given choice of optional steps the first place where a step fits is the best one: it leaves most to the rest.
    // So only the choice branches, and patterns have few optional steps.
    PatternFit FitFrom(ReadOnlySpan<string> functions, int step)
    {
        if (step == _steps.Length)
            return new PatternFit(true, 0, 0, 0);

        var with = default(PatternFit);
        for (int at = 0; at < functions.Length; at++)
        {
            var name = KernelFunctionNames.Strip(functions[at].AsSpan());
            if (_steps[step].Fits(name, out bool exact))
            {
                with = FitFrom(functions[(at + 1)..], step + 1).Plus(exact, telling: !CommonFunctions.Contains(name));
                break;
            }
        }
        return _steps[step].Optional ? PatternFit.Better(with, FitFrom(functions, step + 1)) : with;
    }

    internal readonly record struct Step(bool Optional, NamePattern[] Alternatives)
    {
        public static Step Parse(string text)
        {
            bool optional = text.StartsWith('?');
            return new Step(optional, [.. text[(optional ? 1 : 0)..].Split('|').Select(NamePattern.Parse)]);
        }

        public bool Fits(ReadOnlySpan<char> name, out bool exact)
        {
            foreach (ref readonly var alternative in Alternatives.AsSpan())
            {
                if (alternative.Fits(name))
                {
                    exact = alternative.IsExact;
                    return true;
                }
            }
            exact = false;
            return false;
        }
    }
}
