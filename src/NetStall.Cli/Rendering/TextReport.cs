// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using NetStall.Budgets;
using NetStall.Model;
using NetStall.Recordings;
using NetStall.Reports;
using NetStall.Verdicts;
using NetStall.Waits;
using Spectre.Console;
using Cell = Spectre.Console.Text;

namespace NetStall.Cli.Rendering;

/// <summary>The report for people: verdict, evidence, doubt; at the end who cost most. Coloured on a terminal, plain elsewhere and with NO_COLOR.</summary>
static class TextReport
{
    /// <summary>So many stalls are told in full, the longest; the rest is in the ranking, and in JSON.</summary>
    const int ToldInFull = 10;

    const int PlainWidth = 160;

    public static void Write(IReadOnlyList<Report> reports, Stream output, Redaction redaction, bool isFile)
    {
        bool plain = isFile || Console.IsOutputRedirected;
        using var writer = new StreamWriter(output, new UTF8Encoding(false), 1 << 14, leaveOpen: true);
        using var rendered = new StringWriter(CultureInfo.InvariantCulture);
        var settings = new AnsiConsoleSettings { Out = new AnsiConsoleOutput(plain ? rendered : writer), Interactive = InteractionSupport.No };
        if (plain || Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 })
            settings.ColorSystem = ColorSystemSupport.NoColors;
        if (plain)
            settings.Ansi = AnsiSupport.No;
        var console = AnsiConsole.Create(settings);
        console.Profile.Width = plain ? PlainWidth : Math.Max(60, Console.WindowWidth);

        for (int i = 0; i < reports.Count; i++)
        {
            if (i > 0)
                console.WriteLine();
            new Writer(console, reports[i], redaction).Write();
        }

        // Cells are filled up with spaces, which are in the way of whoever greps or compares.
        if (plain)
        {
            foreach (var line in rendered.ToString().AsSpan().TrimEnd().EnumerateLines())
                writer.Write($"{line.TrimEnd()}\n");
        }
    }

    sealed class Writer(IAnsiConsole console, Report report, Redaction redaction)
    {
        readonly Recording _recording = report.Recording;

        public void Write()
        {
            Line(Style.Plain, Header());
            var told = report.Stalls.OrderByDescending(s => s.Wait.Length).Take(ToldInFull).OrderBy(s => s.Wait.Begin).ToList();
            foreach (var stall in told)
            {
                console.WriteLine();
                WriteStall(stall);
            }
            if (report.Stalls.Count > told.Count)
            {
                console.WriteLine();
                Line(Style.Plain, $"{report.Stalls.Count - told.Count} shorter stalls are not told here: --format json has them all.");
            }
            if (report.Ranking.Count > 0)
                WriteRanking();
            console.WriteLine();
            WriteCertainty();
        }

        string Header()
        {
            var parts = new List<string> { Name(redaction.Of(_recording.Source)!) };
            if (redaction.Of(_recording.Host) is { Length: > 0 } host && host != "(none)")
                parts.Add(Name(host));
            if (_recording.KernelRelease is { } kernel)
                parts.Add($"Linux {Name(kernel)}");
            parts.Add($"{Number(report.Coverage.Seen.Nanoseconds / 1e9, 1)} s");
            parts.Add(report.Coverage.Cpus.Count == 1 ? report.Coverage.Cpus[0].ToString() : $"{report.Coverage.Cpus.Count} CPUs");
            parts.Add(report.Stalls.Count switch
            {
                0 => $"no stall of {report.Threshold.ToExactString()} or more",
                1 => $"1 stall of {report.Threshold.ToExactString()} or more",
                int n => $"{n} stalls of {report.Threshold.ToExactString()} or more",
            });
            return string.Join(" · ", parts);
        }

        void WriteStall(Stall stall)
        {
            var wait = stall.Wait;
            string when = WallClock.Utc(_recording.Clock, wait.Begin) is { } utc ? $"{utc[..23].Replace('T', ' ')}Z (at {wait.Begin} s)" : $"at {wait.Begin} s";
            string device = stall.Device is { } name ? $" for {Name(name)}" : "";
            Line(new Style(decoration: Decoration.Bold),
                $"{wait.Cpu}  {when}  {Headline(wait)}{device} for {(wait.IsUpperBound ? "up to " : "")}{Ms(wait.Length)}");

            Field("because", Because(stall), new Style(stall.Culprit is null ? Color.Yellow : Color.Red));
            if (stall.Culprit is { } culprit)
            {
                if (culprit.Workload is { } workload)
                    Field("in", Where(workload, culprit));
                if (culprit.Function is { } function)
                    Field("doing", $"{Name(function)}{(culprit.File is { } file ? $", reading {Name(redaction.Of(file)!)}" : "")}");
                if (culprit.Stack.Count > 0)
                    Field("stack", string.Join(" > ", Shortened(culprit.Stack)));
            }
            Field("seen as", Budget(stall.Budget));
            if (stall.PacketsServed is { } packets)
                Field("so that", $"{packets} {(packets == 1 ? "packet" : "packets")} waited and were taken by the first service after it");
            Field("sure?", $"{JsonReport.ConfidenceName(stall.Confidence)}: {EvidenceText(wait.Evidence)}");
            foreach (string doubt in stall.Doubts)
                Field("", Name(doubt));
            if (stall.KnownCause is { } cause)
            {
                Field("known", $"{cause.Title} ({cause.Id})", new Style(Color.Green));
                Field("why", cause.Why);
                Field("help", cause.Remedy, new Style(Color.Green));
                if (cause.Sources.Count > 0)
                    Field("source", cause.Sources[0]);
            }
        }

        static string Headline(Wait wait) => wait.Evidence switch
        {
            WaitEvidence.SampleHole => "the CPU took no interrupt",
            WaitEvidence.NapiThread => "the NAPI thread waited",
            WaitEvidence.EntryToPoll => "packets waited inside NET_RX",
            _ => "NET_RX waited",
        };

        string Because(Stall stall)
        {
            string mechanism = $"{stall.Mechanism.Explain()} [{stall.Mechanism.Name()}]";
            if (stall.Culprit is not { } culprit)
                return stall.Mechanism == Mechanism.Unknown ? $"unknown: {stall.Mechanism.Explain()}" : $"{mechanism}; nobody can be named";
            // Of a silence nothing is known but its bounds: what is said of its culprit is no more certain than its length.
            string bound = stall.Wait.Evidence == WaitEvidence.SampleHole ? "up to " : "";
            string share = $"{bound}{Ms(culprit.Held)} of it ({Percent(culprit.Share)})";
            if (culprit.Comm is null && culprit.Pid is null)
                return $"{Name(culprit.Function ?? "an interrupt")} held the CPU, {share}: {mechanism}";
            string who = culprit.Comm is { } comm ? $"{Name(comm)} (pid {culprit.Pid?.ToString() ?? "unknown"})" : $"pid {culprit.Pid}";
            string call = culprit.Syscall is { } syscall ? $" in {syscall}()" : "";
            return $"{who}{call} held the CPU, {share}: {mechanism}";
        }

        string Where(Workloads.Workload workload, Culprit culprit)
        {
            var parts = new List<string>();
            if (culprit.PodName is { } name)
                parts.Add($"pod {Name(redaction.Of(name.Namespace)!)}/{Name(redaction.Of(name.Name)!)}{(name.Container is { } c ? $", container {Name(redaction.Of(c)!)}" : "")}");
            else if (workload.Pod is { } pod)
                parts.Add($"pod {redaction.Of(pod.ToString())}");
            if (workload.Container is { } container)
                parts.Add($"container {redaction.Of(container.Short)}");
            if (workload.Unit is { } unit)
                parts.Add($"unit {Name(redaction.Of(unit)!)}");
            return string.Join(", ", parts);
        }

        // Root and leaf say most; the middle of a deep stack is left out.
        IEnumerable<string> Shortened(IReadOnlyList<Frame> rootFirst)
        {
            const int Most = 14;
            var names = rootFirst.Where(f => f.InKernel).Select(f => Name(FrameText.Of(f, redaction))).ToList();
            if (names.Count == 0)
                names = [.. rootFirst.Select(f => Name(FrameText.Of(f, redaction)))];
            return names.Count <= Most ? names : [.. names[..(Most / 2)], "…", .. names[^(Most / 2)..]];
        }

        string Budget(Budget budget)
        {
            var parts = new List<string>();
            double left = 1;
            foreach (var entry in budget.Entries.Take(5))
            {
                double share = entry.Length.ShareOf(budget.Wait);
                if (parts.Count > 0 && share < 0.005)
                    break;
                parts.Add($"{HolderText(entry.Holder)} {Percent(share)}");
                left -= share;
            }
            if (left >= 0.0005)
                parts.Add($"others {Percent(left)}");
            return string.Join(" · ", parts);
        }

        string HolderText(Holder holder)
        {
            string? comm = holder.IsTask ? _recording.Names.Text(holder.Comm) : null;
            string who = comm is null ? holder.IsTask ? $"tid {holder.Tid}" : "" : Name(comm);
            return holder.Kind switch
            {
                HolderKind.TaskKernel => $"{who} in {holder.Syscall ?? holder.Name ?? "the kernel"}",
                HolderKind.TaskUser => $"{who} in user mode",
                HolderKind.Hardirq => $"interrupt {Name(holder.Name ?? "")}".TrimEnd(),
                HolderKind.Softirq => $"softirq {holder.Name}".TrimEnd(),
                HolderKind.Idle => "idle",
                HolderKind.Silent => who.Length > 0 ? $"silence over {who}" : "silence",
                _ => who.Length > 0 ? $"{who} in kernel or user mode" : "unknown",
            };
        }

        void WriteRanking()
        {
            console.WriteLine();
            var table = new Table().Border(TableBorder.Simple).AddColumns("culprit", "pod or unit", "system call", "file", "stalls", "total", "worst");
            foreach (int column in (int[])[4, 5, 6])
                table.Columns[column].RightAligned();
            foreach (var ranked in report.Ranking.Take(20))
            {
                var example = ranked.Example;
                string place = example.PodName is { } name ? redaction.Of($"{name.Namespace}/{name.Name}")!
                    : example.Workload?.Pod is { } pod ? redaction.Of(pod.ToString())!
                    : RankedCulprit.ContainerAlone(example) is { } container ? redaction.Of(container.Short)!
                    : redaction.Of(example.Workload?.Unit) ?? "";
                table.AddRow(
                    new Cell(Name(ranked.Comm ?? example.Function ?? "unknown")), new Cell(Name(place)), new Cell(example.Syscall ?? ""),
                    new Cell(Name(redaction.Of(example.File) ?? "")), new Cell(ranked.Stalls.ToString(CultureInfo.InvariantCulture)),
                    new Cell(Ms(ranked.Total)), new Cell(Ms(ranked.Worst)));
            }
            console.Write(table);
        }

        // What an acquittal rests on, or why there can be none.
        void WriteCertainty()
        {
            var coverage = report.Coverage;
            Line(Style.Plain, coverage.WorstWait is { } worst
                ? $"{Count(coverage.Raises)} {(coverage.Raises == 1 ? "raise" : "raises")}, {Count(coverage.Served)} served, {Count(coverage.Unpaired)} unpaired; worst wait {Ms(worst)}; {LostText()}."
                : $"{Count(_recording.SampleCount)} samples; {LostText()}.");
            if (report.StallsElsewhere > 0)
                Line(new Style(Color.Yellow), $"{Count(report.StallsElsewhere)} {(report.StallsElsewhere == 1 ? "stall" : "stalls")} at other times: without --at and --since they are told too.");
            if (Acquittal.Of(report) is { } acquittal)
                Line(new Style(acquittal.Stands ? Color.Green : Color.Yellow), acquittal.Why);
            if (report.Gate != GateVerdict.Unknown)
                Line(Style.Plain, report.Gate == GateVerdict.Present
                    ? "This kernel leaves softirqs to a ksoftirqd that waits for the CPU (as 4.9 to 6.4 do): long system calls stall it."
                    : "This kernel serves softirqs at the next interrupt even while ksoftirqd waits (as 6.5 and later do).");
            if (_recording.Clock.WallClockAt is null && report.Stalls.Count > 0)
                Line(Style.Plain, "This recording has no wall clock: times are seconds on its own. `perf record -k CLOCK_MONOTONIC` keeps one.");
            foreach (var flaw in _recording.Flaws.First)
                Line(new Style(Color.Yellow), $"note: {Name(redaction.Of(flaw))}");
            if (_recording.Flaws.Count > _recording.Flaws.First.Count)
                Line(new Style(Color.Yellow), $"note: and {Count(_recording.Flaws.Count - _recording.Flaws.First.Count)} more of the kind");
        }

        string LostText()
        {
            if (_recording.LostRecords == 0 && _recording.ThrottleCount == 0)
                return "nothing lost";
            string throttled = _recording.ThrottleCount > 0 ? $", sampling throttled {(_recording.ThrottleCount == 1 ? "once" : $"{Count(_recording.ThrottleCount)} times")}" : "";
            return $"{Count(_recording.LostRecords)} {(_recording.LostRecords == 1 ? "record" : "records")} lost{throttled}";
        }

        void Field(string name, string text, Style? style = null)
        {
            var grid = new Grid().AddColumn(new GridColumn().Width(8).NoWrap().PadLeft(6).PadRight(2)).AddColumn(new GridColumn().PadLeft(0).PadRight(0));
            grid.AddRow(new Cell(name, new Style(decoration: Decoration.Dim)), new Cell(text, style ?? Style.Plain));
            console.Write(grid);
        }

        void Line(Style style, string text)
        {
            console.Write(new Cell(text, style));
            console.WriteLine();
        }

        static string EvidenceText(WaitEvidence evidence) => evidence switch
        {
            WaitEvidence.RaiseToEntry => "raise and entry were seen, the wait is exact",
            WaitEvidence.NapiThread => "the wake-up and the switch were seen, the wait is exact",
            WaitEvidence.EntryToPoll => "entry and polls were seen; when the packets came was not",
            WaitEvidence.LateKsoftirqd => "from samples: ksoftirqd came right after, begin and end are bounds",
            WaitEvidence.SampleRun => "from samples: NET_RX was served right after, begin and end are bounds",
            _ => "interrupts that were due did not come; begin and end are bounds",
        };

        static string Name(string text) => Visible.Of(text);
        static string Ms(Elapsed length) => $"{Number(length.Milliseconds, length.Milliseconds < 10 ? 2 : 1)} ms";
        static string Percent(double share) => $"{Number(share * 100, share is (> 0.995 and < 1) or < 0.01 ? 1 : 0)} %";
        static string Number(double value, int digits) => value.ToString($"F{digits}", CultureInfo.InvariantCulture);
        static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
    }
}
