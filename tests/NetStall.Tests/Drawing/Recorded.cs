// SPDX-License-Identifier: Apache-2.0
using NetStall.Cli.Input;
using NetStall.Model;
using NetStall.Verdicts;

namespace NetStall.Tests.Drawings;

/// <summary>Judges a real recording as <c>netstall analyze</c> does.</summary>
static class Recorded
{
    /// <param name="path">From the repository's root.</param>
    /// <param name="kallsyms">The same; null for none.</param>
    /// <param name="threshold">10 ms unless said.</param>
    public static Report Judge(string path, string? kallsyms = null, Elapsed? threshold = null)
    {
        using var timeline = Timeline.Group([InRepository(path)]).Single();
        NodeSymbols.Attach(timeline, kallsyms is null ? null : InRepository(kallsyms));
        var diagnosis = new Diagnosis(timeline.Recording, DiagnosisOptions.Default with { Threshold = threshold ?? DiagnosisOptions.Default.Threshold });
        timeline.ReadTo(diagnosis);
        // While the files are open: symbols are looked for when the first stall is judged.
        return diagnosis.Conclude();
    }

    public static string InRepository(string path)
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "NetStall.slnx")))
            folder = Path.GetDirectoryName(folder);
        return Path.Combine(folder ?? throw new InvalidOperationException("run the tests from a build inside the repository"), path);
    }
}
