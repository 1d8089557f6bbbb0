// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Catalogue;

/// <summary>A known cause made ready to be compared with stacks.</summary>
sealed class CauseRule(KnownCause cause)
{
    readonly StackPattern[] _task = [.. cause.TaskPatterns.Select(StackPattern.Parse)];
    readonly StackPattern[] _interrupt = [.. cause.InterruptPatterns.Select(StackPattern.Parse)];

    public KnownCause Cause => cause;

    /// <summary>It waits for locks and nothing else, so it explains no stall.</summary>
    public bool IsLookAlike { get; } = cause.Modes.All(mode => mode == CauseMode.Lock);

    /// <summary>How strongly this cause claims the stack; <c>default</c> when it does not.</summary>
    /// <param name="functions">The whole stack, root first.</param>
    /// <param name="boundary">Index of the first frame of an interrupt; the length when there is none.</param>
    /// <param name="mechanism">The name of the mechanism that the cause must be able to explain.</param>
    /// <param name="comm">The culprit's name; null when unknown.</param>
    public CauseRank Rank(ReadOnlySpan<string> functions, int boundary, string mechanism, string? comm)
    {
        bool commFits = CommFits(comm);
        if (cause.NeedsComm && !commFits)
            return default;

        var fit = default(PatternFit);
        if (Explains(mechanism, StackPart.Task))
            fit = TaskFit(functions[..boundary]);
        if (Explains(mechanism, StackPart.Interrupt))
        {
            // Without a boundary the caller has cut the interrupt's part out already.
            var part = boundary < functions.Length ? functions[boundary..] : functions;
            fit = PatternFit.Better(fit, BestFit(_interrupt, part));
        }

        if (fit.Fitted)
            return new CauseRank(true, fit, commFits);
        return cause.ByMechanism && MechanismSaysIt(mechanism) && (cause.Comms.Count == 0 || commFits)
            ? new CauseRank(true, default, commFits)
            : default;
    }

    public PatternFit TaskFit(ReadOnlySpan<string> task) => BestFit(_task, task);

    bool Explains(string mechanism, StackPart part)
    {
        foreach (var mode in cause.Modes)
        {
            if (mode.Explains(mechanism, part))
                return true;
        }
        return false;
    }

    bool MechanismSaysIt(string mechanism) => cause.Modes.Any(mode => mode.NeedsNoStack() && mode.Explains(mechanism, StackPart.Task));

    bool CommFits(string? comm) => comm is not null && cause.Comms.Any(pattern => NamePattern.Glob(pattern, comm));

    static PatternFit BestFit(StackPattern[] patterns, ReadOnlySpan<string> functions)
    {
        var best = default(PatternFit);
        foreach (var pattern in patterns)
            best = PatternFit.Better(best, pattern.Fit(functions));
        return best;
    }
}
