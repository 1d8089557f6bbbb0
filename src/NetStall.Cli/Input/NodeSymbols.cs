// SPDX-License-Identifier: Apache-2.0
using NetStall.Bundles;
using NetStall.Linux.Symbols;
using NetStall.PerfData;
using NetStall.Recordings;
using NetStall.Reports;
using NetStall.Symbols;
using NetStall.Texts;

namespace NetStall.Cli.Input;

/// <summary>Finds the symbols that fit a recording: those given, those it brought, or this machine's if it is the same kernel.</summary>
static class NodeSymbols
{
    /// <param name="timeline">Whose frames shall have names.</param>
    /// <param name="path">A copy of the node's /proc/kallsyms, plain or gzipped; null when none was given. It is read at once.</param>
    /// <exception cref="UnreadableRecordingException">What was given cannot be read, or holds no symbols.</exception>
    public static void Attach(Timeline timeline, string? path)
    {
        var recording = timeline.Recording;
        var given = path is null ? Brought(timeline) : Given(path);
        if (given is { MalformedLines: > 0 } damaged)
            recording.Flaws.Add(path ?? BundleFiles.KernelSymbols, $"{damaged.MalformedLines} lines are no `address type name [module]`", "they are passed over");
        if (timeline.PerfData is { } reader)
            recording.Frames = new RecordedSymbols(reader.Spaces, () => given ?? Own(reader), new UserSymbolFiles());
        else if (given is not null && recording.Frames is TextFrames frames)
            recording.Frames = new NamedTextFrames(frames, given);
    }

    /// <summary>Why kernel frames have no names, now that all has been read; null when they have, or when nobody asked.</summary>
    public static SymbolProblem? ProblemOf(Timeline timeline) => (timeline.Recording.Frames as RecordedSymbols)?.KernelProblem;

    static Kallsyms Given(string path)
    {
        if (!File.Exists(path))
            throw new UnreadableRecordingException($"There is no file {Visible.Of(path)} to take kernel symbols from.");
        var symbols = Read(path);
        return symbols.Problem is { } problem ? throw new UnreadableRecordingException($"{Visible.Of(path)} names no kernel function: {problem}") : symbols;
    }

    // What a bundle brings may be damaged; then it is judged without, as if it had brought none.
    static Kallsyms? Brought(Timeline timeline)
    {
        foreach (var bundle in timeline.Bundles)
        {
            if (bundle.KernelSymbols is not { } bytes)
                continue;
            try
            {
                var symbols = KernelSymbolFile.Parse(bytes);
                if (symbols.Problem is not { } problem)
                    return symbols;
                timeline.Recording.Flaws.Add(bundle.Name, $"{BundleFiles.KernelSymbols}: {problem.What}", "kernel functions have no names");
            }
            catch (InvalidDataException)
            {
                timeline.Recording.Flaws.Add(bundle.Name, $"{BundleFiles.KernelSymbols} is damaged", "kernel functions have no names");
            }
        }
        return null;
    }

    // The same build id is the same kernel. Recordings without one may still have been made since this very boot: then the
    // kernel's text lies at the same address, which KASLR chooses anew each time.
    static Kallsyms? Own(PerfDataReader reader)
    {
        if (reader.EmbeddedKallsyms.Length > 0)
            return Kallsyms.Parse(reader.EmbeddedKallsyms);
        string? recorded = reader.Spaces.BuildId("[kernel.kallsyms]");
        if (recorded is not null ? recorded != RunningKernel.BuildId() : reader.Recording.KernelRelease != RunningKernel.Release())
            return null;
        var symbols = Read(KernelSymbolFile.OfThisKernel);
        bool sameBoot = reader.Spaces.Kernel.Reference is { } reference && symbols.TryFind(reference.Symbol, out ulong address) && address == reference.Address;
        return recorded is not null || sameBoot ? symbols : null;
    }

    static Kallsyms Read(string path)
    {
        try
        {
            return KernelSymbolFile.Read(path);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new UnreadableRecordingException($"Kernel symbols cannot be read from {Visible.Of(path)}: {e.Message}", e);
        }
    }
}
