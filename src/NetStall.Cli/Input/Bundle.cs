// SPDX-License-Identifier: Apache-2.0
using NetStall.Bundles;
using NetStall.Linux.Bundles;
using NetStall.Recordings;

namespace NetStall.Cli.Input;

/// <summary>What <c>netstall record</c> made, as far as a judgement needs it: what stands beside the perf.data.</summary>
sealed class Bundle(BundleReader reader) : IDisposable
{
    readonly CancellationTokenSource _stop = new();
    Task<IReadOnlyList<string>>? _digests;

    public BundleReader Reader => reader;

    /// <summary>Null when it holds none.</summary>
    public byte[]? KernelSymbols => reader.Read(BundleFiles.KernelSymbols);

    /// <inheritdoc cref="KernelSymbols"/>
    public byte[]? Cgroups => reader.Read(BundleFiles.Cgroups);

    public string Name => reader.Name;

    /// <summary>Gives the recording what the recorder and the hypervisor told, and begins to compare its bytes with what the manifest vouches for.</summary>
    public void AddTo(Recording recording)
    {
        AddSteal(recording);
        recording.Circumstances ??= BundleAccount.Of(reader.Manifest);
        _digests = Task.Run(() => reader.CheckDigests(_stop.Token));
    }

    /// <summary>Says what is wrong with it, when the recording has been read.</summary>
    public void TellProblems(Recording recording)
    {
        foreach (string problem in reader.Problems.Concat(_digests?.GetAwaiter().GetResult() ?? []))
            recording.Flaws.Add(reader.Name, problem, "what is there is judged");
    }

    void AddSteal(Recording recording)
    {
        if (reader.Read(BundleFiles.Steal) is not { } readings)
            return;
        int malformed = recording.Steal.AddText(readings);
        if (malformed > 0)
            recording.Flaws.Add(reader.Name, $"{malformed} lines of {BundleFiles.Steal} are no `time cpu milliseconds`", "they are passed over");
    }

    public void Dispose()
    {
        _stop.Cancel();
        try
        {
            _digests?.Wait();
        }
        catch (AggregateException)
        {
            // It was stopped, or the disk failed: whoever wanted to know has asked before.
        }
        _stop.Dispose();
        reader.Dispose();
    }
}
