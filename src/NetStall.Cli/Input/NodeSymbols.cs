// SPDX-License-Identifier: Apache-2.0
using NetStall.Linux.Symbols;
using NetStall.Recordings;
using NetStall.PerfData;
using NetStall.Symbols;

namespace NetStall.Cli.Input;

/// <summary>Finds the symbols that fit a recording: those given, those it brought, or this machine's if it is the same kernel.</summary>
static class NodeSymbols
{
    /// <param name="reader">Whose frames shall have names.</param>
    /// <param name="kallsyms">A copy of the node's /proc/kallsyms, plain or gzipped; null when none was given.</param>
    public static void Attach(PerfDataReader reader, string? kallsyms)
    {
        reader.Recording.Frames = new RecordedSymbols(reader.Spaces, () => Load(reader, kallsyms), new UserSymbolFiles());
    }

    /// <exception cref="UnreadableRecordingException">The file cannot be read, or holds no symbols.</exception>
    public static void Check(string kallsyms)
    {
        if (!File.Exists(kallsyms))
            throw new UnreadableRecordingException($"There is no file {Reports.Visible.Of(kallsyms)} to take kernel symbols from.");
    }

    static Kallsyms? Load(PerfDataReader reader, string? given)
    {
        if (given is not null)
            return Read(given);
        if (reader.EmbeddedKallsyms.Length > 0)
            return Kallsyms.Parse(reader.EmbeddedKallsyms);
        return OfThisKernel(reader);
    }

    // The same build id is the same kernel. Recordings without one may still have been made since this very boot: then the
    // kernel's text lies at the same address, which KASLR chooses anew each time.
    static Kallsyms? OfThisKernel(PerfDataReader reader)
    {
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
            throw new UnreadableRecordingException($"Kernel symbols cannot be read from {Reports.Visible.Of(path)}: {e.Message}", e);
        }
    }
}
