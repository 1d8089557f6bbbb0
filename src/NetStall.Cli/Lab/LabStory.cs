// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using NetStall.Linux.Lab;
using NetStall.Model;
using NetStall.Reports;
using NetStall.Verdicts;

namespace NetStall.Cli.Lab;

/// <summary>One experiment, told: what was done, what the truth was, what netstall said, and whether that is right.</summary>
static class LabStory
{
    public static void Write(Outcome outcome, TextWriter output)
    {
        output.WriteLine($"{outcome.Kind.Name}: {outcome.Kind.What}");
        output.WriteLine();
        Field(output, "world", $"three hosts in network namespaces of their own; a packet each {LabPlan.PacketInterval.ToExactString()} from the first through the second to the third");
        Field(output, "", outcome.Steering == Steering.Softirq
            ? $"the second receives on {outcome.Cpu}, by softirq (RPS)"
            : $"the second receives on {outcome.Cpu}, by a kernel thread (threaded NAPI)");
        Field(output, "kernel", KernelOf(outcome));
        Field(output, "recorded", $"{outcome.Report.Recording.TracepointCount:N0} events and {outcome.Report.Recording.SampleCount:N0} samples, {outcome.Report.Recording.LostRecords:N0} lost");
        if (outcome.Shots.Count > 0)
        {
            output.WriteLine();
            Table.Write(output, ["shot", "at", "truth", "packets", "netstall said", "named", ""], outcome.Shots.Select((shot, i) => Row(outcome, shot, i)));
        }
        output.WriteLine();
        Field(output, "must be", outcome.Expectation switch
        {
            Expectation.Stalls stalls => $"{stalls.Mechanism.Name()}{BlameOf(stalls, outcome)}, as long as packets were waiting",
            Expectation.Nothing nothing => $"no verdict: {nothing.Why}",
            _ => "",
        });
        Field(output, "is", Summary(outcome));
        if ((outcome.Shots.Count > 0 || outcome.Expectation is Expectation.Nothing) && outcome.Report.Stalls.Count(s => !outcome.Shots.Any(shot => shot.Said == s)) is var others and > 0)
            Field(output, "beside", $"{others} {(others == 1 ? "stall" : "stalls")} that the lab did not make: whatever else runs here, or a virtual CPU that stood still");
        output.WriteLine();
        output.WriteLine(outcome.IsRight ? "RIGHT" : "WRONG");
        foreach (string fault in outcome.Faults)
            output.WriteLine($"  {Visible.Of(fault)}");
        if (outcome is { IsRight: true, Expectation: Expectation.Nothing, Kind.Holds: Holds.Task or Holds.RealTime, Steering: Steering.Softirq })
            output.WriteLine($"  To see it stall packets on this kernel, let a kernel thread receive them: netstall lab {outcome.Kind.Name} --threaded");
    }

    static string KernelOf(Outcome outcome)
    {
        var kernel = outcome.Kernel;
        string gate = kernel.HasGate ? "softirqs wait for a runnable ksoftirqd (the gate of 4.9 to 6.4" : "interrupts serve softirqs even while ksoftirqd is due (no gate";
        return string.Create(CultureInfo.InvariantCulture,
            $"{Visible.Of(outcome.Report.Recording.KernelRelease ?? "unknown")}: {gate}, {(kernel.GateIsObserved ? "as seen here" : "by its version")}); {(kernel.IsPreemptible ? "" : "not ")}preemptible; a tick each {kernel.Tick.ToExactString()}");
    }

    static string[] Row(Outcome outcome, Shot shot, int index) =>
    [
        (index + 1).ToString(CultureInfo.InvariantCulture),
        shot.Truth.Begin.ToString(),
        $"{shot.Truth.Length}{(shot.Truth.Syscall is { } call ? $" {call}()" : "")} by {Visible.Of(shot.Truth.Comm)} {shot.Truth.Tid}",
        shot.Witness.Pending is { } pending ? $"{shot.Witness.Late} late, {pending}" : $"none late, {shot.Witness.Longest}",
        shot.Said is { } said ? $"{said.Mechanism.Name()}, {said.Wait.Length}" : "nothing",
        shot.Said?.Culprit is { } culprit ? Culprit(culprit) : "nobody",
        shot.Steal > Elapsed.Zero ? $"(steal {shot.Steal.ToExactString()})" : "",
    ];

    static string Culprit(Culprit culprit) => Visible.Of(string.Join(' ',
        new[] { culprit.Comm, culprit.Tid?.ToString(), culprit.Syscall is { } call ? $"{call}()" : null, culprit.Function }.Where(part => part is not null)));

    static string BlameOf(Expectation.Stalls stalls, Outcome outcome) => stalls.Blame switch
    {
        Blame.TheCaller => outcome.Shots.Count > 0 ? $" by {Visible.Of(outcome.Shots[0].Truth.Comm)}" : "",
        Blame.NoTask => ", by no task",
        _ => "",
    };

    public static string Summary(Outcome outcome)
    {
        int shots = outcome.Shots.Count;
        if (shots == 0 && outcome.Expectation is Expectation.Stalls right)
            return $"{outcome.Report.Stalls.Count(s => s.Mechanism == right.Mechanism)} of {outcome.Report.Stalls.Count} stalls told to be {right.Mechanism.Name()}";
        if (shots == 0)
            return outcome.Report.Stalls.Count == 0 ? "no verdict" : "no verdict against the lab's own";
        if (outcome.Expectation is Expectation.Nothing)
            return $"no verdict in {outcome.MechanismRight} of {shots}; the latest packet took {outcome.Shots.Max(s => s.Witness.Longest)}";
        string length = outcome.MedianError is { } error ? $"; length off by {error} in the middle" : "";
        return $"mechanism right in {outcome.MechanismRight} of {shots}, culprit in {outcome.CulpritRight} of {shots}{length}";
    }

    static void Field(TextWriter output, string name, string text) => output.WriteLine($"  {name,-9} {text}");
}
