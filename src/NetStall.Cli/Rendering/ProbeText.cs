// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using NetStall.Model;
using NetStall.Probing;
using NetStall.Reports;

namespace NetStall.Cli.Rendering;

/// <summary>A run of probes for people: the stalls, how far they reach, the round-trip times, and the prober's own pauses.</summary>
static class ProbeText
{
    /// <summary>So many stalls are told, the longest; JSON has them all.</summary>
    const int Told = 20;

    public static string Live(ProbeSession session, ProbePlan plan, Elapsed duration)
    {
        double seconds = session.Sent * plan.Interval.Nanoseconds / (1e9 * plan.Flows);
        string rtt = session.Rtt.Count == 0 ? "no answer yet" : $"p50 {Ms(session.Rtt.At(50)!.Value)} · p99 {Ms(session.Rtt.At(99)!.Value)} · max {Ms(session.Rtt.At(100)!.Value)}";
        return string.Create(CultureInfo.InvariantCulture,
            $"{seconds:F0} of {duration.Nanoseconds / 1e9:F0} s · {session.Sent:N0} sent, {session.Lost:N0} lost · {rtt} · {Count(session.Stalls, "stall")}");
    }

    public static void Write(ProbeReport report, TextWriter output)
    {
        var plan = report.Plan;
        string name = report.Target.Name == report.Target.Address ? report.Target.Address : $"{Visible.Of(report.Target.Name)} ({report.Target.Address})";
        string transport = JsonProbe.TransportName(plan.Transport) + (plan.Port is { } port ? $"/{port}" : "");
        string flows = plan.Flows > 1 ? $"{plan.Flows} flows, " : "";
        output.Write(string.Create(CultureInfo.InvariantCulture,
            $"{name} · {transport}, {flows}every {plan.Interval.ToExactString()} · {(report.End - report.Begin).Nanoseconds / 1e9:F1} s · {Stalls(report)}\n"));

        foreach (var stall in report.Stalls.OrderByDescending(s => s.Length).Take(Told).OrderBy(s => s.Begin))
            WriteStall(report, stall, output);
        if (report.Stalls.Count > Told)
            output.Write($"\n{Number(report.Stalls.Count - Told)} shorter stalls are not told here: --format json has them all.\n");

        output.Write("\n");
        WriteAnswers(report, output);
        WriteOwn(report, output);
        foreach (string note in report.Notes)
            output.Write($"note: {Visible.Of(note)}\n");
        output.Write($"{Verdict(report)}\n");
    }

    static string Stalls(ProbeReport report) => report.Stalls.Count == 0
        ? $"no stall of {report.Plan.Threshold.ToExactString()} or more"
        : $"{Count(report.Stalls.Count, "stall")} of {report.Plan.Threshold.ToExactString()} or more";

    static void WriteStall(ProbeReport report, ProbeStall stall, TextWriter output)
    {
        string length = stall.BeginUnseen ? $"{Ms(stall.AtLeast)} at least" : $"{Ms(stall.AtLeast)} to {Ms(stall.AtMost)}";
        output.Write($"\n{Utc(report, stall.Begin)}  took no packet for {length}, until {Utc(report, stall.End)}\n");
        string lost = stall.Lost > 0 ? $"; {Count(stall.Lost, "probe")} sent meanwhile never came back: the ring was full" : "";
        Field(output, "seen as", $"{stall.Late} answers released at one moment (within {Ms(stall.ReleaseSpread)}){lost}");
        Field(output, "reach", stall.Reach switch
        {
            StallReach.OneQueue => $"one RX queue, so one CPU: {Flows(report, stall)} waited, {Count(stall.Timely, "probe")} of other {(report.Plan.PortsVary ? "ports" : "flows")} meanwhile did not",
            StallReach.WholeHost => "the whole host, or the path to it: every port waited",
            _ => report.Plan.Transport == ProbeTransport.Icmp
                ? "not known: ICMP goes to one queue only, by the two addresses. --tcp PORT --flows 16 would tell"
                : $"not known: {(report.Plan.PortsVary ? Count(stall.Late, "port") : Count(stall.LateFlows.Count, "flow"))} under way, too few to tell. --tcp PORT --flows 16 would tell",
        });
    }

    static string Flows(ProbeReport report, ProbeStall stall)
    {
        if (report.Plan.PortsVary)
            return Count(stall.Late, "port");
        var ports = stall.LateFlows.Select(f => report.Flows[f].Port).Take(8).Select(p => p?.ToString(CultureInfo.InvariantCulture) ?? "?");
        return $"source ports {string.Join(", ", ports)}{(stall.LateFlows.Count > 8 ? ", …" : "")}";
    }

    static void WriteAnswers(ProbeReport report, TextWriter output)
    {
        string lost = report.Lost == 0 ? "none lost" : $"{Number(report.Lost)} lost ({Number(report.LongestLoss)} in a row at most)";
        output.Write($"{Number(report.Sent)} probes, {Number(report.Answered)} answered, {lost}{(report.Skipped > 0 ? $", {Number(report.Skipped)} skipped" : "")}.\n");
        if (report.Percentiles.Count > 0)
            output.Write($"Round trip: {string.Join(" · ", report.Percentiles.Select(p => $"{PercentName(p.Percent)} {Ms(p.Rtt)}"))}\n");
        if (report.LateAnswerCount > 0)
        {
            output.Write($"{Count(report.LateAnswerCount, "answer")} came {report.Plan.Threshold.ToExactString()} or more late by itself, with no other released at that moment: "
                + "a stall shorter than two intervals, or a packet sent twice on the way. That proves no stall.\n");
        }
    }

    static void WriteOwn(ProbeReport report, TextWriter output)
    {
        var prober = report.Prober;
        string where = prober.Controlled.Count == prober.CpusOnline ? $"all {Count(prober.CpusOnline, "CPU")}" : $"{Number(prober.Controlled.Count)} of {Count(prober.CpusOnline, "CPU")}";
        string stamps = prober.Stamps switch
        {
            "kernel" => "the kernel's stamps of each packet",
            "kernel-rtt" => "the kernel's own measure of each handshake",
            _ => "our own clock, since the kernel stamps no such answers",
        };
        string pauses = report.PauseCount == 0 ? "it did not pause"
            : $"it paused {(report.PauseCount == 1 ? "once, for" : $"{Number(report.PauseCount)} times,")} {Ms(report.WorstPause)}{(report.PauseCount == 1 ? "" : " at most")}";
        output.Write($"This machine: watched on {where}{(prober.IsRealTime ? "" : ", not in real time (CAP_SYS_NICE)")}; {pauses}. Times are from {stamps}.\n");
        if (report.Withheld > 0)
            output.Write($"{Count(report.Withheld, "possible stall")} not told, because this machine itself paused at that time.\n");
    }

    static string Verdict(ProbeReport report)
    {
        string who = report.Target.Address;
        if (report.Stalls.Count > 0)
        {
            return report.Reach switch
            {
                StallReach.OneQueue => $"Verdict: one receive queue of {who} stalls while others answer: one of its CPUs is kept from receiving. Record that node and run `netstall analyze`.",
                StallReach.WholeHost => $"Verdict: all flows to {who} stall together: the whole host, or the path to it.",
                _ => $"Verdict: {who}, or the path to it, stalls.",
            };
        }
        if (report.Answered == 0)
            return $"Verdict: none; {who} answered nothing. Is a firewall in between? Try --tcp PORT with a port that is open.";
        return report.TellsAbsence
            ? $"Verdict: the receive queue that these probes reach did not stall{(report.Plan.ComparesFlows ? "" : "; others were not looked at")}."
            : $"Verdict: none; too little was answered or sent to say that {who} did not stall{(report.Plan.Transport == ProbeTransport.Udp ? ": kernels answer a closed UDP port once in a second only" : "")}.";
    }

    static void Field(TextWriter output, string name, string text) => output.Write($"      {name,-8}  {text}\n");

    static string PercentName(double percent) => percent switch
    {
        0 => "min",
        100 => "max",
        _ => $"p{percent.ToString(CultureInfo.InvariantCulture)}",
    };

    static string Utc(ProbeReport report, KernelTime time) => WallClock.Utc(report.Clock, time) is { } utc ? $"{utc[..23].Replace('T', ' ')}Z" : $"{time} s";
    static string Ms(Elapsed length) => string.Create(CultureInfo.InvariantCulture, $"{length.Milliseconds.ToString(length.Milliseconds < 10 ? "F2" : "F1", CultureInfo.InvariantCulture)} ms");
    static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
    static string Count(long value, string one) => value == 1 ? $"1 {one}" : $"{Number(value)} {one}s";
}
