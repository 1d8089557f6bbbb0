// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using NetStall.Cli.Input;
using NetStall.Cli.Rendering;
using NetStall.Linux.Bundles;
using NetStall.Linux.PerfEvents;
using NetStall.Model;
using NetStall.Reports;

namespace NetStall.Cli.Commands;

/// <summary><c>netstall record</c>: records this node by perf_event_open alone, and says at the end who stalled it.</summary>
static class RecordCommand
{
    sealed record Options(string Output, IReadOnlyList<CpuId>? Cpus, int Frequency, Elapsed? Duration, Elapsed Threshold, bool SystemCalls, string[] Command,
        bool Flight, int MemoryMegabytes, Elapsed Before, int? Captures, long MaxMegabytes);

    public static Command Create()
    {
        var command = new Argument<string[]>("COMMAND") { Description = "Record while this runs: netstall record -- sleep 30.", Arity = ArgumentArity.ZeroOrMore };
        var output = new Option<string?>("--output", "-o") { HelpName = "FOLDER", Description = "Where the recording goes, with all that judging it elsewhere needs; netstall-HOST-TIME if not given." };
        var cpus = new Option<string?>("--cpu", "-C") { HelpName = "LIST", Description = "Only these CPUs: 1,4-7. All that are on line otherwise." };
        var frequency = new Option<int>("--frequency", "-F") { HelpName = "HERTZ", Description = "Stacks a second on each CPU.", DefaultValueFactory = _ => 999 };
        var duration = new Option<string?>("--duration") { HelpName = "LENGTH", Description = "Stop by itself after so long: 30s. Ctrl-C stops it too, with nothing lost." };
        var threshold = new Option<string>("--threshold") { HelpName = "LENGTH", Description = "Waits at or over this are stalls.", DefaultValueFactory = _ => "10ms" };
        var syscalls = new Option<bool>("--syscalls") { Description = "Enter and exit of every system call too: the length of each is then exact. It costs something on every call of the node." };

        var flight = new Option<bool>("--flight") { Description = "Keep the last seconds only, and write them down when a stall happens: the way without --duration or COMMAND." };
        var memory = new Option<int>("--memory") { HelpName = "MB", Description = "Locked memory of the flight recorder's rings, all CPUs together.", DefaultValueFactory = _ => 64 };
        var before = new Option<string>("--before") { HelpName = "LENGTH", Description = "How much before a stall the flight recorder writes down.", DefaultValueFactory = _ => "1s" };
        var captures = new Option<int?>("--captures") { HelpName = "NUMBER", Description = "Stop the flight recorder after so many stalls." };
        var maxBytes = new Option<long>("--max-bytes") { HelpName = "MB", Description = "Stop the flight recorder when its stalls fill so much disk.", DefaultValueFactory = _ => 1024 };

        var record = new Command("record",
            "Records this node, and says who kept it from receiving packets.\n\n" +
            "  netstall record                      # until Ctrl-C, as a flight recorder: writes what surrounds a stall\n" +
            "  netstall record --duration 30s       # everything\n" +
            "  netstall record -C 11 -o node7\n" +
            "  netstall record -- ./reproduce-it.sh\n\n" +
            "`netstall analyze FOLDER` judges the recording again, anywhere; `perf script -i FOLDER/perf.data` reads it too. Needs root, or CAP_PERFMON and access to tracefs.\n" +
            "Exit code: as of netstall analyze; 3 where this machine or user cannot record.")
        {
            command, output, cpus, frequency, duration, threshold, syscalls, flight, memory, before, captures, maxBytes,
        };
        record.SetAction(parsed => (int)Run(new Options(
            parsed.GetValue(output) ?? DefaultName(), parsed.GetValue(cpus) is { } list ? [.. Arguments.ParseCpus(list).OrderBy(c => c.Value)] : null,
            parsed.GetValue(frequency), parsed.GetValue(duration) is { } length ? Arguments.ParseElapsed(length, "--duration") : null,
            Arguments.ParseElapsed(parsed.GetValue(threshold)!, "--threshold"), parsed.GetValue(syscalls), parsed.GetValue(command) ?? [],
            parsed.GetValue(flight), parsed.GetValue(memory), Arguments.ParseElapsed(parsed.GetValue(before)!, "--before"), parsed.GetValue(captures), parsed.GetValue(maxBytes))));
        return record;
    }

    static ExitCode Run(Options options)
    {
        const int MostHertz = 50_000;
        if (options.Frequency is < 1 or > MostHertz)
            throw new UsageException($"-F takes 1 to {MostHertz} stacks a second, not {options.Frequency}.");
        if (options.Threshold <= Elapsed.Zero)
            throw new UsageException("--threshold must be more than nothing: every NET_RX waits a little.");

        using var stop = new ManualResetEventSlim();
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => StopInstead(context, stop));
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => StopInstead(context, stop));
        if (options.Flight && options.Command.Length > 0)
            throw new UsageException("--flight watches until it is stopped: give --duration rather than a COMMAND.");
        if (options.Flight || (options.Duration is null && options.Command.Length == 0))
        {
            var flight = new FlightOptions
            {
                Recorder = ForRecorder(options),
                Memory = (long)options.MemoryMegabytes << 20,
                Before = options.Before,
                Captures = options.Captures,
            };
            using var run = new FlightRun(flight, options.Output, Version, options.Duration, options.MaxMegabytes * 1_000_000);
            return run.Until(stop);
        }

        using var bundle = new BundleWriter(options.Output) { Threshold = options.Threshold };
        var summary = Record(options, bundle.RecordingPath, stop);
        string path = bundle.Finish(summary, Version);
        Tell(summary, path);
        return AnalyzeCommand.AnalyzeNew(path, options.Threshold);
    }

    public static string Version => typeof(RecordCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    // netstall-node7-20261123T100812Z
    static string DefaultName() => FormattableString.Invariant($"netstall-{Environment.MachineName}-{DateTime.UtcNow:yyyyMMdd'T'HHmmss'Z'}");

    static void StopInstead(PosixSignalContext context, ManualResetEventSlim stop)
    {
        context.Cancel = true;
        stop.Set();
    }

    static RecorderOptions ForRecorder(Options options) => new()
    {
        Cpus = options.Cpus,
        Frequency = options.Frequency,
        SystemCalls = options.SystemCalls,
        Threshold = options.Threshold,
        CommandLine = ["netstall", .. Environment.GetCommandLineArgs()[1..]],
        Version = $"netstall {Version}",
    };

    static RecordingSummary Record(Options options, string path, ManualResetEventSlim stop)
    {
        using var recorder = PerfRecorder.Start(path, ForRecorder(options));
        var child = options.Command.Length > 0 ? Start(options.Command, stop) : null;
        var watch = Stopwatch.StartNew();
        var live = new LiveLine();
        while (!recorder.HasFailed && !(options.Duration is { } length && watch.Elapsed >= TimeSpan.FromMilliseconds(length.Milliseconds)))
        {
            live.Show(watch.Elapsed, recorder.Counts);
            var rest = options.Duration is { } all ? TimeSpan.FromMilliseconds(all.Milliseconds) - watch.Elapsed : TimeSpan.MaxValue;
            var pause = rest < LiveLine.Every ? rest : LiveLine.Every;
            if (stop.Wait(pause > TimeSpan.Zero ? pause : TimeSpan.Zero))
                break;
        }
        live.Clear();
        var summary = recorder.Stop();
        if (child is { HasExited: true, ExitCode: not 0 } failed)
            StandardError.Tell($"netstall: {Visible.Of(options.Command[0])} ended with exit code {failed.ExitCode}.");
        return summary;
    }

    static Process Start(string[] command, ManualResetEventSlim stop)
    {
        var start = new ProcessStartInfo(command[0]) { UseShellExecute = false };
        foreach (string word in command[1..])
            start.ArgumentList.Add(word);
        try
        {
            var child = new Process { StartInfo = start, EnableRaisingEvents = true };
            child.Exited += (_, _) => stop.Set();
            child.Start();
            return child;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new UsageException($"{Visible.Of(command[0])} cannot be started: {e.Message}.");
        }
    }

    static void Tell(RecordingSummary summary, string path)
    {
        var counts = summary.Counts;
        StandardError.Tell(FormattableString.Invariant(
            $"Recorded {summary.Length.Milliseconds / 1000:0.0} s into {Visible.Of(path)}: {counts.Samples:N0} stacks by {summary.Sampler}, {counts.Tracepoints:N0} tracepoints, {counts.Bytes / 1e6:0.0} MB."));
        StandardError.Tell(FormattableString.Invariant(
            $"It took {summary.OwnCpu.Milliseconds:0} ms of CPU time, {summary.OwnCpu.ShareOf(summary.Length) * 100:0.0} % of one CPU, beside what the kernel spent on writing the records."));
        if (summary.Sampler != "cycles")
            StandardError.Tell(summary.SamplerReason);
        if (counts.Lost > 0)
        {
            string where = string.Join(", ", summary.LostByCpu.OrderBy(l => l.Key.Value).Select(l => FormattableString.Invariant($"{l.Value:N0} of {l.Key}")));
            StandardError.Tell($"Lost: {where}. The rings were full before they were read: record fewer CPUs with -C, or a quieter moment.");
        }
        if (counts.Throttled > 0)
            StandardError.Tell($"The kernel stopped a sampler {counts.Throttled} times, because it took too much of the CPU: sample less often with -F.");
        foreach (string flaw in summary.Flaws)
            StandardError.Tell(flaw);
    }
}
