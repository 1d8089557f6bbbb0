// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using NetStall.Cli.Input;
using NetStall.Cli.Rendering;
using NetStall.Collapse;
using NetStall.Reports;

namespace NetStall.Cli.Commands;

/// <summary><c>netstall collapse FILE</c>: one line a sample in order of time, for people and for grep.</summary>
static class CollapseCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "perf.data, the text of `perf script`, or ftrace's; - reads standard input." };
        var runs = new Option<bool>("--runs") { Description = "One line for each run of equal stacks: first time, last time, count." };
        var article = new Option<bool>("--article") { Description = "Stacks only, as the article's script printed them: comm;root;…;leaf, so that `| grep ksoftir -B 100` works." };
        var kallsyms = new Option<string?>("--kallsyms") { HelpName = "FILE", Description = "A copy of the recorded node's /proc/kallsyms, plain or gzipped." };
        var output = new Option<string?>("--output", "-o") { HelpName = "FILE", Description = "Write to this file instead of standard output." };
        var command = new Command("collapse",
            "Prints one line a sample in order of time: TIME CPU PID/TID comm;root;…;leaf.\n\n" +
            "  netstall collapse perf.data --kallsyms kallsyms.gz\n" +
            "  perf script | netstall collapse - --article | grep ksoftir -B 100")
        {
            file, runs, article, kallsyms, output,
        };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(runs) && parsed.GetValue(article))
                throw new UsageException("--runs and --article are two forms of the same lines: give one of them.");
            var form = parsed.GetValue(article) ? CollapseForm.Article : parsed.GetValue(runs) ? CollapseForm.Runs : CollapseForm.Timed;
            return (int)Run(parsed.GetValue(file)!, form, parsed.GetValue(kallsyms), parsed.GetValue(output));
        });
        return command;
    }

    static ExitCode Run(string file, CollapseForm form, string? kallsyms, string? outputPath)
    {
        using var timeline = Timeline.Of(RecordingInput.Open(file));
        NodeSymbols.Attach(timeline, kallsyms);
        using var written = outputPath is null ? null : OutputFile.Open(outputPath, file);
        // Half of the lines look like all of them.
        using var killed = written is null ? null : WhenKilled.Do(written.Abandon);
        var output = written ?? Console.OpenStandardOutput();
        CollapseCount count;
        if (timeline.TextOfPerfScript is { } text && kallsyms is null)
        {
            long read = 0;
            count = Progress.While(text.Length, () => Volatile.Read(ref read), () => CollapseText.Run(text, output, form, bytes => Volatile.Write(ref read, bytes)));
        }
        else
        {
            var sink = new CollapseSink(timeline.Recording, output, form);
            Progress.While(timeline.Length, () => timeline.BytesRead, () => timeline.ReadTo(sink, inOrder: true));
            count = sink.Finish();
        }
        written?.Finish();
        timeline.TellFaults();
        if (NodeSymbols.ProblemOf(timeline) is { } problem)
            StandardError.Tell($"netstall: {problem}");
        if (count.Stacks == 0)
            StandardError.Tell($"netstall: {Visible.Of(file)} holds no sample with a call chain: record with `perf record -g`.");
        return ExitCode.NothingFound;
    }
}
