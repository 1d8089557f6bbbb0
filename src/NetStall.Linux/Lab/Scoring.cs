// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Verdicts;

namespace NetStall.Linux.Lab;

/// <summary>Compares what netstall said with what the lab knows. Pure: an experiment's record and a report in, an outcome out.</summary>
/// <remarks>
/// Mechanism and length are judged on the middle of all shots, since a hypervisor takes CPUs away now and then and that looks like a stall too. A
/// wrong name is wrong even once.
/// </remarks>
public static class Scoring
{
    // What overlaps a shot by less than this is another wait, before or after it.
    static readonly Elapsed Overlapping = Elapsed.FromMilliseconds(2);

    public static Outcome Of(Experiment experiment, Report report, Tolerance tolerance)
    {
        var kernel = experiment.Kernel.With(report.Gate);
        var expectation = Expectations.Of(experiment.Kind.Holds, experiment.Steering, kernel);
        var shots = new List<Shot>();
        foreach (var (truth, steal) in experiment.Stalls)
            shots.Add(new Shot(truth, Witness.Of(experiment.Packets, truth.Begin, truth.End), steal, SaidOf(truth, report)));

        var faults = new List<string>();
        if (experiment.Kind.Makes && shots.Count == 0)
            faults.Add("No stall was made.");
        switch (expectation)
        {
            case Expectation.Stalls right when !experiment.Kind.Makes:
                Demand(faults, report.Stalls.Any(s => s.Wait.Cpu == experiment.Cpu && s.Mechanism == right.Mechanism), $"No stall was told to be {right.Mechanism.Name()}.");
                break;
            case Expectation.Stalls right:
                Weigh(shots, right, tolerance, faults);
                break;
            case Expectation.Nothing:
                // The hypervisor's, and those of whatever else runs here, are not held against the shot that they fell on.
                Demand(faults, shots.Count(s => s.Said is { Mechanism: not Mechanism.VcpuSteal } && !s.NamesInnocent) * 2 <= shots.Count,
                    "A stall was told of most shots, where none can be.");
                NoName(shots.Where(s => s.NamesCaller), shot => $"`{shot.Truth.Comm}` was named, which stalled nobody.", faults);
                break;
        }
        // Whoever competes is among those to be named, where their competition is a stall.
        bool anyMayBeNamed = expectation is Expectation.Stalls { Blame: Blame.AnyOfThem };
        foreach (var stall in report.Stalls)
        {
            if (stall.Culprit is { Tid: { } tid } culprit && !anyMayBeNamed && experiment.Innocents.Contains(tid))
                faults.Add($"`{culprit.Comm}` was named, which is the lab's own and innocent.");
        }
        return new Outcome(experiment.Kind, experiment.Steering, expectation, kernel, report, shots, [.. faults.Distinct()]) { Cpu = experiment.Cpu };
    }

    static void Weigh(List<Shot> shots, Expectation.Stalls right, Tolerance tolerance, List<string> faults)
    {
        int found = shots.Count(s => s.Said is not null);
        Demand(faults, found * 2 > shots.Count, $"{shots.Count - found} of {shots.Count} shots were not found.");
        Demand(faults, shots.Count(s => s.Names(right.Mechanism)) * 2 > shots.Count, $"Most shots were not told to be {right.Mechanism.Name()}.");
        if (right.Blame == Blame.TheCaller)
        {
            Demand(faults, shots.Count(s => s.NamesCaller) * 2 > shots.Count, "Most shots were told without their culprit.");
            NoName(shots.Where(s => s.NamesInnocent), shot => $"`{shot.Said!.Culprit!.Comm}` was named for what `{shot.Truth.Comm}` did.", faults);
        }
        if (right.Blame == Blame.NoTask)
            NoName(shots.Where(s => s.Said?.Culprit?.Tid is not null), shot => $"`{shot.Said!.Culprit!.Comm}` was named for what an interrupt did.", faults);

        // Competitors hold the CPU in turns: how long a wait is, only the packets tell.
        var off = shots.Where(s => s.LengthError is not null && right.Blame != Blame.AnyOfThem)
            .Select(s => (Error: Absolute(s.LengthError!.Value), Allowed: tolerance.Of(s.Expected, s.Said!.Wait.Evidence))).OrderBy(s => s.Error).ToList();
        if (off.Count > 0 && off[(off.Count - 1) / 2] is var (error, allowed) && error > allowed)
            faults.Add($"The length is off by {error} in the middle of all shots, over the {allowed} allowed.");
    }

    static void NoName(IEnumerable<Shot> shots, Func<Shot, string> sentence, List<string> faults) => faults.AddRange(shots.Select(sentence));

    static void Demand(List<string> faults, bool holds, string sentence)
    {
        if (!holds)
            faults.Add(sentence);
    }

    static Elapsed Absolute(Elapsed value) => new(Math.Abs(value.Nanoseconds));

    static Stall? SaidOf(Truth truth, Report report)
    {
        Stall? best = null;
        var most = Overlapping;
        foreach (var stall in report.Stalls)
        {
            if (stall.Wait.Cpu != truth.Cpu)
                continue;
            var common = KernelTime.Min(stall.Wait.End, truth.End) - KernelTime.Max(stall.Wait.Begin, truth.Begin);
            if (common > most)
                (best, most) = (stall, common);
        }
        return best;
    }
}
