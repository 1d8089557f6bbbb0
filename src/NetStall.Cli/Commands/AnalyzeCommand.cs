// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.CommandLine;
using System.Text.Json;
using NetStall.Bundles;
using NetStall.Cli.Input;
using NetStall.Cli.Rendering;
using NetStall.Linux.Bundles;
using NetStall.Model;
using NetStall.Probing;
using NetStall.Reports;
using NetStall.Verdicts;

namespace NetStall.Cli.Commands;

/// <summary><c>netstall analyze FILE…</c>: who kept this node from receiving packets.</summary>
static class AnalyzeCommand
{
    sealed record Options(
        string[] Files, string Format, string? Output, Elapsed Threshold, Elapsed Lookback, IReadOnlySet<CpuId>? Cpus,
        string? At, string? Since, string? Kallsyms, string? CgroupMap, string? Probe, bool Redact);

    public static Command Create()
    {
        var files = new Argument<string[]>("FILE")
        {
            Description = "perf.data (a file, a directory, or from a pipe), the text of `perf script`, or ftrace's; - reads standard input. Several files of one node become one timeline when their clocks agree.",
            Arity = ArgumentArity.OneOrMore,
        };
        var format = new Option<string>("--format") { Description = "text or json.", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "json");
        var output = new Option<string?>("--output", "-o") { HelpName = "FILE", Description = "Write the report to this file instead of standard output." };
        var threshold = new Option<string>("--threshold") { HelpName = "LENGTH", Description = "Waits at or over this are stalls.", DefaultValueFactory = _ => "10ms" };
        var lookback = new Option<string>("--lookback") { HelpName = "LENGTH", Description = "How far before a wait to look for causes.", DefaultValueFactory = _ => "100ms" };
        var cpu = new Option<string?>("--cpu") { HelpName = "LIST", Description = "Only these CPUs: 1,4-7." };
        var at = new Option<string?>("--at") { HelpName = "TIME", Description = "Only stalls within five seconds of this moment: 14:03:12Z, 2026-11-22T14:03:12Z, or seconds on the recording's clock." };
        var since = new Option<string?>("--since") { HelpName = "TIME", Description = "Only stalls from this moment on." };
        var kallsyms = new Option<string?>("--kallsyms") { HelpName = "FILE", Description = "A copy of the recorded node's /proc/kallsyms, plain or gzipped: perf.data holds no kernel symbols." };
        var cgroupMap = new Option<string?>("--cgroup-map") { HelpName = "FILE", Description = "Names for cgroups and containers, see docs/cgroup-map.md." };
        var probe = new Option<string?>("--probe") { HelpName = "FILE", Description = "What `netstall probe --format json` wrote meanwhile on another machine: the same stalls, two witnesses. FILE may then be a report too, as --format json writes it." };
        var redact = new Option<bool>("--redact") { Description = "Hash hosts, pods, containers, units, files and user code, for reports that leave the house." };

        var command = new Command("analyze",
            "Says who kept a node from receiving packets, from a recording of it.\n\n" +
            "  netstall analyze perf.data\n" +
            "  netstall analyze perf.data --kallsyms kallsyms.gz --format json\n" +
            "  perf script | netstall analyze -\n" +
            "  netstall analyze perf.data --probe probe.json\n\n" +
            "Exit code: 0 nothing found, 1 stalls found, 2 the input or the command line is bad, 3 this machine cannot, 4 too little was seen to acquit.")
        {
            files, format, output, threshold, lookback, cpu, at, since, kallsyms, cgroupMap, probe, redact,
        };
        command.SetAction(parsed => (int)Run(new Options(
            parsed.GetValue(files)!, parsed.GetValue(format)!, parsed.GetValue(output),
            Arguments.ParseElapsed(parsed.GetValue(threshold)!, "--threshold"), Arguments.ParseElapsed(parsed.GetValue(lookback)!, "--lookback"),
            parsed.GetValue(cpu) is { } cpus ? Arguments.ParseCpus(cpus) : null,
            parsed.GetValue(at), parsed.GetValue(since), parsed.GetValue(kallsyms), parsed.GetValue(cgroupMap),
            parsed.GetValue(probe), parsed.GetValue(redact))));
        return command;
    }

    /// <summary>As <c>netstall analyze BUNDLE --threshold …</c>, for one that was just made: what is found is kept in it too.</summary>
    public static ExitCode AnalyzeNew(string bundle, Elapsed threshold)
    {
        var options = Just([bundle], threshold);
        using var timeline = Timeline.Group(options.Files).Single();
        List<Report> reports = [Judge(timeline, options)];
        foreach (var (name, format) in (ReadOnlySpan<(string, string)>)[(BundleFiles.Report, "text"), (BundleFiles.ReportJson, "json")])
        {
            using var report = new MemoryStream();
            Write(reports, null, options with { Format = format, Output = name }, report, Redaction.None);
            BundleWriter.AddReport(bundle, name, report.GetBuffer().AsSpan(0, (int)report.Length));
        }
        return Tell(reports, null, options);
    }

    /// <summary>Whether there is one in a recording that was just made.</summary>
    public static bool HasStall(string file, Elapsed threshold)
    {
        using var timeline = Timeline.Group([file]).Single();
        return Judge(timeline, Just([file], threshold)).Stalls.Count > 0;
    }

    static Options Just(string[] files, Elapsed threshold) => new(files, "text", null, threshold, DiagnosisOptions.Default.Lookback, null, null, null, null, null, null, false);

    static ExitCode Run(Options options)
    {
        if (options.Threshold <= Elapsed.Zero)
            throw new UsageException("--threshold must be more than nothing: every NET_RX waits a little.");
        var probe = options.Probe is { } probed ? JoinedReports.ReadProbe(probed) : null;
        if (probe is not null && JoinedReports.TryOpen(options.Files) is { } made)
            return JoinMade(made, probe, options);
        var reports = new List<Report>();
        var timelines = Timeline.Group(options.Files);
        using var file = options.Output is { } path ? OutputFile.Open(path, [.. options.Files, .. options.Probe is { } p ? (string[])[p] : []]) : null;
        foreach (var timeline in timelines)
        {
            using (timeline)
                reports.Add(Judge(timeline, options));
        }

        return Tell(reports, probe, options, file);
    }

    static ExitCode Tell(List<Report> reports, ProbeWitness? probe, Options options, OutputFile? file = null)
    {
        try
        {
            Write(reports, probe, options, file ?? Console.OpenStandardOutput(), options.Redact ? Redaction.Salted(Salt()) : Redaction.None);
            file?.Finish();
        }
        catch (IOException e) when (BrokenPipe.Is(e))
        {
            // `netstall analyze … | head` has seen enough; what was found is the answer all the same.
        }
        return reports.Exists(r => r.Stalls.Count > 0) ? ExitCode.StallsFound
            : reports.TrueForAll(r => r.CanAcquit) ? ExitCode.NothingFound
            : ExitCode.Inconclusive;
    }

    // RandomNumberGenerator wants OpenSSL, and nodes made for containers alone have none. These are 244 bits of the kernel's.
    static byte[] Salt() => [.. Guid.NewGuid().ToByteArray(), .. Guid.NewGuid().ToByteArray()];

    static void Write(List<Report> reports, ProbeWitness? probe, Options options, Stream output, Redaction redaction)
    {
        var seen = probe is null ? null : probe with { Source = redaction.Of(probe.Source)!, Target = redaction.Of(probe.Target)! };
        if (options.Format != "json")
        {
            TextReport.Write(reports, output, redaction, isFile: options.Output is not null);
            if (seen is not null)
                JoinedReports.WriteText(reports.Select(JoinedReports.WitnessOf), seen, output);
            return;
        }
        var json = new ArrayBufferWriter<byte>(1 << 16);
        JsonReport.Write(reports, json, redaction, joinOf: seen is null ? null : (writer, report) => JsonJoin.Write(writer, WitnessJoin.Of(JoinedReports.WitnessOf(report), seen), seen));
        output.Write(json.WrittenSpan);
        output.Write("\n"u8);
    }

    // Reports that were made already, of which the recordings may be gone.
    static ExitCode JoinMade(IReadOnlyList<(JsonElement Report, NodeWitness Node)> made, ProbeWitness probe, Options options)
    {
        if (options.Redact || options.At is not null || options.Since is not null || options.Cpus is not null || options.Kallsyms is not null || options.CgroupMap is not null)
            throw new UsageException("A report is joined as it is: --redact, --at, --since, --cpu, --kallsyms and --cgroup-map need the recording.");
        using var file = options.Output is { } path ? OutputFile.Open(path, [.. options.Files, options.Probe!]) : null;
        var output = file ?? Console.OpenStandardOutput();
        try
        {
            if (options.Format == "json")
                JoinedReports.WriteJson(made, probe, output);
            else
                JoinedReports.WriteText(made.Select(m => m.Node), probe, output);
            file?.Finish();
        }
        catch (IOException e) when (BrokenPipe.Is(e))
        {
            // As above.
        }
        return made.Any(m => m.Node.Stalls.Count > 0) ? ExitCode.StallsFound
            : made.All(m => JsonReportReader.Acquits(m.Report)) ? ExitCode.NothingFound
            : ExitCode.Inconclusive;
    }

    static Report Judge(Timeline timeline, Options options)
    {
        foreach (var bundle in timeline.Bundles)
            bundle.AddTo(timeline.Recording);
        var cgroups = CgroupNames.Of(timeline, options.CgroupMap);
        NodeSymbols.Attach(timeline, options.Kallsyms);

        var diagnosis = new Diagnosis(timeline.Recording, new DiagnosisOptions(options.Threshold, options.Lookback, options.Cpus), cgroups);
        Progress.While(timeline.Length, () => timeline.BytesRead, () => timeline.ReadTo(diagnosis));
        timeline.TellFaults();
        var report = diagnosis.Conclude();
        if (options.Kallsyms is { } given && NodeSymbols.ProblemOf(timeline) is { } problem)
            timeline.Recording.Flaws.Add(given, problem.What, problem.WayOut);

        if (options.At is { } at)
        {
            var moment = Arguments.ParseMoment(at, "--at", timeline.Recording.Clock, report.Coverage.End);
            var around = Elapsed.FromSeconds(5);
            report = report.Within(moment - around, moment + around);
        }
        if (options.Since is { } since)
        {
            var moment = Arguments.ParseMoment(since, "--since", timeline.Recording.Clock, report.Coverage.End);
            report = report.Within(moment, new KernelTime(long.MaxValue));
        }
        return report;
    }
}
