// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Catalogue;

/// <summary>The catalogue of what is known to keep CPUs from taking packets. A wrong entry is worse than none: it matches only what it is sure of.</summary>
/// <remarks>Nothing is read before the first question. Safe for many threads.</remarks>
public static class KnownCauses
{
    static readonly Lazy<CauseTable> Table = new(CauseTable.Load);
    static readonly Lazy<CauseRule[]> Rules = new(static () => [.. Table.Value.Causes.Select(cause => new CauseRule(cause))]);

    /// <summary>Every entry, in the order of its id.</summary>
    public static IReadOnlyList<KnownCause> All => Table.Value.Causes;

    public static int Version => Table.Value.Version;

    /// <summary>The entry that explains best why these frames held the CPU; null when none is sure.</summary>
    /// <param name="functions">
    /// Kernel functions of the culprit, root first, as the symbol table spells them or stripped. Frames of an interrupt on
    /// top of the task may still be there or not: entries about tasks look only below the boundary, those about interrupts only above.
    /// Where the culprit is a softirq or an interrupt, hand over the whole stack or its part alone.
    /// </param>
    /// <param name="mechanism">The mechanism's name, as in <c>syscall-blocks-ksoftirqd</c>. An entry of another mechanism never matches.</param>
    /// <param name="comm">The culprit's name; null when unknown.</param>
    public static KnownCause? Match(IReadOnlyList<string> functions, string mechanism, string? comm)
    {
        ReadOnlySpan<string> frames = AsSpan(functions);
        int boundary = InterruptBoundary.Find(frames);

        KnownCause? best = null;
        var bestRank = default(CauseRank);
        foreach (var rule in Rules.Value)
        {
            var rank = rule.Rank(frames, boundary, mechanism, comm);
            // The table's order decides between equals.
            if (rank.Found && (best is null || rank.CompareTo(bestRank) > 0))
            {
                best = rule.Cause;
                bestRank = rank;
            }
        }
        return best ?? ReadOfFile(frames[..boundary], mechanism);
    }

    /// <summary>The look-alike that these frames show: waiting for a lock, which is slow but keeps no packet waiting. Null when none.</summary>
    public static KnownCause? LookAlike(IReadOnlyList<string> functions)
    {
        ReadOnlySpan<string> frames = AsSpan(functions);
        var task = frames[..InterruptBoundary.Find(frames)];

        KnownCause? best = null;
        var bestFit = default(PatternFit);
        foreach (var rule in Rules.Value)
        {
            if (!rule.IsLookAlike)
                continue;
            var fit = rule.TaskFit(task);
            if (fit.Fitted && PatternFit.Compare(fit, bestFit) > 0)
            {
                best = rule.Cause;
                bestFit = fit;
            }
        }
        return best;
    }

    static KnownCause? ReadOfFile(ReadOnlySpan<string> task, string mechanism)
    {
        bool aTaskHeldIt = mechanism is "syscall-blocks-ksoftirqd" or "napi-thread-starved" or "bottom-halves-off" or "interrupts-off";
        return aTaskHeldIt && ShowFunctions.Find(task) is { } file ? ShowFunctions.Cause(file) : null;
    }

    internal static ReadOnlySpan<string> AsSpan(IReadOnlyList<string> functions) => functions as string[] ?? [.. functions];
}
