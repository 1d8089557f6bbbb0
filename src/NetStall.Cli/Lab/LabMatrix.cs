// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using NetStall.Linux.Lab;
using NetStall.Verdicts;

namespace NetStall.Cli.Lab;

/// <summary>All experiments of a run: what each was in truth, against what was said of it.</summary>
static class LabMatrix
{
    /// <summary>What came of one line of the run: an outcome, or why this machine cannot make it.</summary>
    public sealed record Line(LabKind Kind, Steering Steering, Outcome? Outcome, string? CannotHere);

    public static void Write(IReadOnlyList<Line> lines, TextWriter output)
    {
        Table.Write(output, ["stall", "packets by", "must be", "said", "culprit", "truth", "said", "off by", ""], lines.Select(Row));
        output.WriteLine();
        foreach (var line in lines)
        {
            if (line.CannotHere is { } why)
                output.WriteLine($"{line.Kind.Name}: cannot be made here. {why}");
            foreach (string fault in line.Outcome?.Faults ?? [])
                output.WriteLine($"{line.Kind.Name}, {Way(line.Steering)}: {fault}");
        }
        int wrong = lines.Count(l => l.Outcome is { IsRight: false }), cannot = lines.Count(l => l.Outcome is null);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{lines.Count - wrong - cannot} of {lines.Count - cannot} right{(cannot > 0 ? $", {cannot} cannot be made here" : "")}."));
    }

    public static string Way(Steering steering) => steering == Steering.Softirq ? "softirq" : "NAPI thread";

    static string[] Row(Line line)
    {
        if (line.Outcome is not { } outcome)
            return [line.Kind.Name, Way(line.Steering), "-", "-", "-", "-", "-", "-", "cannot here"];
        bool stalls = outcome.Expectation is Expectation.Stalls;
        return
        [
            line.Kind.Name,
            Way(line.Steering),
            outcome.Expectation is Expectation.Stalls right ? right.Mechanism.Name() : "nothing",
            Said(outcome),
            stalls ? $"{outcome.CulpritRight}/{outcome.Shots.Count}" : "-",
            outcome.MedianTruth?.ToString() ?? "-",
            outcome.MedianSaid?.ToString() ?? "-",
            stalls && outcome.MedianError is { } error ? error.ToString() : "-",
            outcome.IsRight ? "right" : "WRONG",
        ];
    }

    // One row of the confusion matrix, its zeros left out.
    static string Said(Outcome outcome)
    {
        if (outcome.Shots.Count == 0)
            return !outcome.IsRight ? "see below" : outcome.Expectation is Expectation.Stalls right ? right.Mechanism.Name() : "nothing";
        var counts = outcome.Shots.GroupBy(s => s.Said?.Mechanism.Name() ?? "nothing").OrderByDescending(g => g.Count());
        return string.Join(", ", counts.Select(g => $"{g.Key} {g.Count()}"));
    }
}
