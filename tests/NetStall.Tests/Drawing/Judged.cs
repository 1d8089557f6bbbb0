// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using NetStall.Budgets;
using NetStall.Model;
using NetStall.Reports;
using NetStall.Verdicts;
using Xunit;

namespace NetStall.Tests.Drawings;

/// <summary>Judges a drawing, and writes the verdict down as one would tell it.</summary>
static class Judged
{
    /// <summary>Compares what is said of a drawing with what should be; blanks at the ends of lines do not count.</summary>
    public static void Check(string drawing, string expected) => Assert.Equal(Lines(expected), Lines(Text(Report(Drawing.Of(drawing)))));

    /// <summary>The same, with who held how much of each wait under each verdict.</summary>
    public static void CheckBudget(string drawing, string expected) =>
        Assert.Equal(Lines(expected), Lines(Text(Report(Drawing.Of(drawing)), withBudget: true)));

    public static Report Report(Drawing drawing) => Report(drawing, drawing.Events);

    public static Report Report(Drawing drawing, IEnumerable<DrawnEvent> events, Elapsed? threshold = null, IReadOnlySet<CpuId>? cpus = null)
    {
        var diagnosis = new Diagnosis(drawing.Recording, DiagnosisOptions.Default with { Threshold = threshold ?? drawing.Threshold, Cpus = cpus });
        foreach (var (e, chain) in events)
            diagnosis.Accept(e, chain);
        return diagnosis.Conclude();
    }

    /// <summary>One line for each stall; times since the drawing's first column.</summary>
    public static string Text(Report report, bool withBudget = false, KernelTime? origin = null)
    {
        var lines = new List<string>();
        foreach (var stall in report.Stalls)
        {
            lines.Add(Line(stall, origin ?? Drawing.Origin));
            if (!withBudget)
                continue;
            foreach (var entry in stall.Budget.Entries)
                lines.Add($"{entry.Length}  {Say(report, entry.Holder)}");
        }
        if (lines.Count == 0)
            lines.Add(report.Coverage.WorstWait is { } worst ? $"no stall, worst wait {worst}" : "no stall");
        return string.Join('\n', lines);
    }

    static string Line(Stall stall, KernelTime origin) => string.Create(CultureInfo.InvariantCulture,
        $"{stall.Wait.Cpu} waited {(stall.Wait.IsUpperBound ? "up to " : "")}{stall.Wait.Length} from {stall.Wait.Begin - origin}: {stall.Mechanism.Name()}, {stall.Confidence}, {Who(stall)}");

    static string Who(Stall stall)
    {
        if (stall.Culprit is not { } culprit)
            return "nobody";
        string who = culprit.Comm is { } comm ? Visible.Of(comm) : $"function {culprit.Function}";
        if (culprit.Syscall is { } syscall)
            who += $" in {syscall}";
        return $"{who} held {culprit.Held}";
    }

    static string Say(Report report, Holder holder)
    {
        string name = report.Recording.Names.Text(holder.Comm) ?? "";
        string call = holder.Syscall is { } syscall ? $" in {syscall}" : "";
        return holder.Kind switch
        {
            HolderKind.TaskKernel => $"{name}{call}, kernel",
            HolderKind.TaskUser => $"{name}, user",
            HolderKind.Hardirq => $"hardirq {holder.Name}",
            HolderKind.Softirq => $"softirq {holder.Name}",
            HolderKind.Idle => "idle",
            HolderKind.Silent => $"silent, {name}{call}",
            _ => holder.Tid.IsKnown ? $"{name}, who knows where" : "unknown",
        };
    }

    static string Lines(string text) =>
        string.Join('\n', text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
