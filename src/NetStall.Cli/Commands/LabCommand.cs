// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.CommandLine;
using NetStall.Cli.Lab;
using NetStall.Cli.Rendering;
using NetStall.Linux;
using NetStall.Linux.Lab;
using NetStall.Linux.Lab.Stalls;
using NetStall.Model;
using NetStall.Reports;
using NetStall.Verdicts;

namespace NetStall.Cli.Commands;

/// <summary><c>netstall lab [KIND]</c>: makes real stalls on this kernel, and shows whether they are found and rightly named.</summary>
static class LabCommand
{
    sealed record Options(string? Kind, bool All, bool List, bool Clean, bool Threaded, CpuId? Cpu, int Shots, string Format, string? Keep);

    public static Command Create()
    {
        var kind = new Argument<string?>("KIND") { Description = "Which stall to make: `netstall lab --list` has them.", Arity = ArgumentArity.ZeroOrOne };
        var all = new Option<bool>("--all") { Description = "Every kind that this kernel can make; prints who was taken for what." };
        var list = new Option<bool>("--list") { Description = "The kinds, and which of them this kernel can make." };
        var clean = new Option<bool>("--clean") { Description = "Remove what a killed run of the lab left behind." };
        var threaded = new Option<bool>("--threaded") { Description = "Let a kernel thread receive (threaded NAPI) instead of softirqs." };
        var cpu = new Option<int?>("--cpu") { HelpName = "NUMBER", Description = "The CPU that receives and is stalled; the last one if not given." };
        var shots = new Option<int>("--shots") { HelpName = "NUMBER", Description = "Stalls of each kind.", DefaultValueFactory = _ => 5 };
        var format = new Option<string>("--format") { Description = "text or json.", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "json");
        var keep = new Option<string?>("--keep") { HelpName = "DIRECTORY", Description = "Leave the recordings here." };

        var command = new Command("lab",
            "Makes a real stall of a chosen kind on this kernel, records it, and shows whether it is found and rightly named.\n\n" +
            "Everything happens in network namespaces of its own; needs root and two CPUs.\n\n" +
            "  netstall lab setgroups --threaded\n" +
            "  netstall lab memory-stat\n" +
            "  netstall lab --all\n\n" +
            "Exit code: 0 netstall was right, 1 it was wrong, 2 the command line is bad, 3 this machine cannot.")
        {
            kind, all, list, clean, threaded, cpu, shots, format, keep,
        };
        command.SetAction(parsed => (int)Run(new Options(
            parsed.GetValue(kind), parsed.GetValue(all), parsed.GetValue(list), parsed.GetValue(clean), parsed.GetValue(threaded),
            parsed.GetValue(cpu) is { } number ? new CpuId(number) : null,
            parsed.GetValue(shots), parsed.GetValue(format)!, parsed.GetValue(keep))));
        return command;
    }

    static ExitCode Run(Options options)
    {
        if (new[] { options.Kind is not null, options.All, options.List, options.Clean }.Count(given => given) != 1)
            throw new UsageException("Give one KIND, or --all, --list or --clean: `netstall lab --list` shows the kinds.");
        if (options.Shots is < 1 or > 100)
            throw new UsageException("--shots takes a number from 1 to 100.");
        if (options.Clean)
            return Clean();
        var (receiving, sending) = LabCpus.Choose(options.Cpu);
        if (options.List)
            return List(receiving);
        CleanQuietly();
        var plan = new LabPlan(receiving, sending, options.Shots, Elapsed.FromMilliseconds(25), Elapsed.FromMilliseconds(250));

        using var folder = LabFolder.For(options.Keep);
        var lines = new List<LabMatrix.Line>();
        foreach (var (kind, steering) in Chosen(options))
        {
            StandardError.Tell($"netstall lab: {kind.Name}, packets by {LabMatrix.Way(steering)} …");
            lines.Add(Line(kind, steering, plan, folder, isAlone: !options.All));
        }
        Write(lines, options);
        return lines.Exists(l => l.Outcome is { IsRight: false }) ? ExitCode.StallsFound : ExitCode.NothingFound;
    }

    static ExitCode List(CpuId cpu)
    {
        var kernel = LabRunner.KernelBehaviour();
        Table.Write(Console.Out, ["kind", "by softirq", "by a NAPI thread", "what is done"], LabKinds.All.Select(kind => new[]
        {
            kind.Name,
            MustBe(kind, Steering.Softirq, kernel),
            MustBe(kind, Steering.NapiThread, kernel),
            LabPossibility.WhyNot(Environment.ProcessPath!, kind, cpu) is { } why ? $"cannot be made here: {why}" : kind.What,
        }));
        return ExitCode.NothingFound;
    }

    static string MustBe(LabKind kind, Steering steering, KernelBehaviour kernel) =>
        kind.Only is { } only && only != steering ? "-"
        : Expectations.Of(kind.Holds, steering, kernel) is Expectation.Stalls stalls ? stalls.Mechanism.Name()
        : "nothing";

    static ExitCode Clean()
    {
        var removed = LabLeftovers.Remove();
        int folders = LabFolder.RemoveLeftovers();
        foreach (string cgroup in removed)
            Console.WriteLine($"removed {cgroup}");
        Console.WriteLine(removed.Count + folders == 0 ? "Nothing was left behind." : $"Removed {removed.Count} memory cgroups and {folders} folders of recordings.");
        return ExitCode.NothingFound;
    }

    // What a run left that was killed.
    static void CleanQuietly()
    {
        LabLeftovers.Remove();
        LabFolder.RemoveLeftovers();
    }

    static IEnumerable<(LabKind, Steering)> Chosen(Options options)
    {
        if (!options.All)
        {
            var kind = LabKinds.Find(options.Kind!) ?? throw new UsageException($"There is no kind {Visible.Of(options.Kind!)}: `netstall lab --list` shows those there are.");
            if (options.Threaded && kind.Only == Steering.Softirq)
                throw new UsageException($"{kind.Name} tells nothing with --threaded: make it without.");
            return [(kind, kind.Only ?? (options.Threaded ? Steering.NapiThread : Steering.Softirq))];
        }
        Steering[] ways = options.Threaded ? [Steering.NapiThread] : [Steering.Softirq, Steering.NapiThread];
        return ways.SelectMany(way => LabKinds.All.Where(kind => (kind.Only ?? way) == way).Select(kind => (kind, way)));
    }

    static LabMatrix.Line Line(LabKind kind, Steering steering, LabPlan plan, LabFolder folder, bool isAlone)
    {
        try
        {
            return new LabMatrix.Line(kind, steering, LabJudge.Of(kind, steering, plan, folder.RecordingOf(kind, steering)), null);
        }
        catch (CannotHereException e) when (!isAlone)
        {
            return new LabMatrix.Line(kind, steering, null, e.Message);
        }
    }

    static void Write(List<LabMatrix.Line> lines, Options options)
    {
        if (options.Format == "json")
        {
            var json = new ArrayBufferWriter<byte>(1 << 14);
            LabJson.Write(lines, json);
            using var output = Console.OpenStandardOutput();
            output.Write(json.WrittenSpan);
            output.Write("\n"u8);
        }
        else if (options.All)
        {
            LabMatrix.Write(lines, Console.Out);
        }
        else
        {
            LabStory.Write(lines[0].Outcome!, Console.Out);
            Console.Out.Flush();
            WriteReport(lines[0].Outcome!);
        }
    }

    // The report as anybody gets it, of the stall in the middle: what was found, why, and what helps against it.
    static void WriteReport(Outcome outcome)
    {
        var told = outcome.Shots.Where(shot => shot.Said is not null).Select(shot => shot.Said!).OrderBy(stall => stall.Wait.Length).ToList();
        if (told.Count == 0)
            return;
        Console.WriteLine();
        Console.WriteLine("One of them, as netstall analyze tells it:");
        Console.WriteLine();
        Console.Out.Flush();
        using var output = Console.OpenStandardOutput();
        TextReport.Write([outcome.Report with { Stalls = [told[told.Count / 2]] }], output, Redaction.None, isFile: false);
    }
}
