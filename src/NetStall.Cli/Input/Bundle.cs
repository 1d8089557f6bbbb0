// SPDX-License-Identifier: Apache-2.0
using NetStall.Linux.Bundles;
using NetStall.Recordings;

namespace NetStall.Cli.Input;

/// <summary>A folder that <c>netstall record</c> made: what stands beside its perf.data.</summary>
sealed class Bundle(string folder)
{
    /// <summary>A list of some thousand CPUs' readings.</summary>
    const long MostSteal = 64 << 20;

    public string? KernelSymbols => Find(BundleFiles.KernelSymbols);
    public string? Cgroups => Find(BundleFiles.Cgroups);

    /// <summary>Gives the recording what the hypervisor took, and says what is wrong with the folder.</summary>
    public void AddTo(Recording recording)
    {
        foreach (string wrong in BundleManifest.Check(folder))
            recording.Flaws.Add(folder, wrong, "what is there is judged");
        if (Find(BundleFiles.Steal) is not { } path)
            return;
        if (new FileInfo(path).Length > MostSteal)
        {
            recording.Flaws.Add(path, "it is longer than any recording makes it", "it is left out");
            return;
        }
        int malformed = recording.Steal.AddText(File.ReadAllBytes(path));
        if (malformed > 0)
            recording.Flaws.Add(path, $"{malformed} lines are no `time cpu milliseconds`", "they are passed over");
    }

    string? Find(string name) => Path.Combine(folder, name) is var path && File.Exists(path) ? path : null;
}
