// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Verdicts;

namespace NetStall.Linux.Lab;

/// <summary>What came of one experiment: every shot beside what netstall said, and whether that is right.</summary>
/// <param name="Faults">In full sentences; empty when all is right.</param>
public sealed record Outcome(
    LabKind Kind, Steering Steering, Expectation Expectation, KernelBehaviour Kernel, Report Report, IReadOnlyList<Shot> Shots, IReadOnlyList<string> Faults)
{
    public bool IsRight => Faults.Count == 0;

    /// <summary>Which CPU received.</summary>
    public required CpuId Cpu { get; init; }

    public int MechanismRight => Expectation is Expectation.Stalls right ? Shots.Count(s => s.Names(right.Mechanism)) : Shots.Count(s => s.Said is null);

    public int CulpritRight => Expectation is Expectation.Stalls right ? Shots.Count(s => s.Blames(right.Blame)) : Shots.Count(s => s.Said?.Culprit?.Tid is null);

    /// <summary>Of the stalls that were made.</summary>
    public Elapsed? MedianTruth => Median(Shots.Select(s => s.Truth.Length));

    /// <summary>Of the waits that were told.</summary>
    public Elapsed? MedianSaid => Median(Shots.Where(s => s.Said is not null).Select(s => s.Said!.Wait.Length));

    public Elapsed? MedianError => Median(Shots.Where(s => s.LengthError is not null).Select(s => s.LengthError!.Value));

    /// <summary>The middle one, or the lower of the two in the middle; null of none.</summary>
    public static Elapsed? Median(IEnumerable<Elapsed> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count == 0 ? null : sorted[(sorted.Count - 1) / 2];
    }
}
