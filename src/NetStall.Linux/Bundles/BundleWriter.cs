// SPDX-License-Identifier: Apache-2.0
using System.IO.Compression;
using System.Text;
using NetStall.Bundles;
using NetStall.Linux.Containers;
using NetStall.Linux.Files;
using NetStall.Linux.PerfEvents;
using NetStall.Linux.Symbols;
using NetStall.Model;
using NetStall.PerfData;
using NetStall.Recordings;
using NetStall.Symbols;
using NetStall.Waits;

namespace NetStall.Linux.Bundles;

/// <summary>Makes a bundle of a recording: first <see cref="RecordingPath"/> is filled, then <see cref="Finish"/> adds the rest and gives it its name.</summary>
/// <remarks>
/// <code>
///  node7.partial/perf.data.partial   while it is recorded
///  node7.partial/perf.data           the recording is whole, the rest is added
///  node7.partial/netstall.json       last; all is on the disk
///  node7/                            the bundle
/// </code>
/// Disposed of before <see cref="Finish"/> has come to its end, it takes back what it made, but never a recording that is whole: that stays under its partial name,
/// as all of it does after a kill -9. Not thread-safe.
/// </remarks>
public sealed class BundleWriter : IDisposable
{
    readonly string _path;
    readonly List<string> _notes = [];
    bool _ended;

    /// <summary>Makes the folder, under its partial name, for its owner alone: it tells of every process.</summary>
    /// <exception cref="IOException">There is something by this name, or it cannot be made.</exception>
    public BundleWriter(string path)
    {
        _path = Path.TrimEndingDirectorySeparator(path);
        if (Path.Exists(_path))
            throw new IOException($"there is something by the name of {_path} already: give another with -o.");
        // Another recorder may be at work in it, or what a killed one left may be somebody's only recording.
        if (Path.Exists(Folder))
            throw new IOException($"there is a {Folder} already, which another netstall makes or which one that was killed has left: remove it, or give another name with -o.");
        Directory.CreateDirectory(Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Where the files are until it is whole.</summary>
    public string Folder => _path + BundleFiles.PartialEnding;

    /// <summary>What the recorder shall write.</summary>
    public string RecordingPath => Path.Combine(Folder, BundleFiles.Recording);

    /// <summary>Waits at or over this were stalls to the recorder.</summary>
    public Elapsed? Threshold { get; init; }

    /// <summary>What could not be had, as a sentence for the manifest.</summary>
    public void Note(string sentence) => _notes.Add(sentence);

    /// <summary>What the node is and has counted: <c>netstall.host/1</c> as JSON.</summary>
    /// <exception cref="IOException">The disk is full, or worse.</exception>
    public void AddHost(ReadOnlySpan<byte> json) => Add(BundleFiles.Host, json);

    /// <summary>Adds what the recording needs elsewhere, and gives the bundle its name: from then on it is whole, and on the disk.</summary>
    /// <param name="summary">How the recording went.</param>
    /// <param name="version">Of netstall.</param>
    /// <param name="trigger">The wait for which it is kept; null for none.</param>
    /// <returns>Its path.</returns>
    /// <exception cref="IOException">The disk is full, or worse; the message says where the recording itself stands.</exception>
    public string Finish(RecordingSummary summary, string version, LiveWait? trigger = null)
    {
        try
        {
            AddKernelSymbols();
            var names = NodeNames.Read();
            Add(BundleFiles.Cgroups, names.Map);
            _notes.AddRange(names.Notes);
            if (summary.Steal.Length > 0)
                Add(BundleFiles.Steal, Encoding.ASCII.GetBytes(summary.Steal));
            var manifest = new BundleManifest
            {
                Version = version,
                Made = DateTimeOffset.UtcNow,
                Threshold = Threshold,
                Trigger = trigger,
                Recording = AccountOf(summary),
                Notes = _notes,
                Files = Files(),
            };
            Add(BundleFiles.Manifest, manifest.ToJson());
            BundleNative.FlushFolder(Folder);
            Directory.Move(Folder, _path);
            _ended = true;
            BundleNative.FlushFolder(Path.GetDirectoryName(Path.GetFullPath(_path)) ?? "/");
            return _path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (_ended || !File.Exists(RecordingPath))
                throw;
            throw new IOException($"{_path} could not be finished ({e.Message}). The recording itself is whole: {RecordingPath}", e);
        }
    }

    /// <summary>Adds what was said of a bundle to it, when it is whole: it is no part of what the manifest vouches for.</summary>
    /// <exception cref="IOException">The disk is full, or worse.</exception>
    public static void AddReport(string bundle, string name, ReadOnlySpan<byte> report)
    {
        string path = Path.Combine(bundle, name);
        string partial = path + BundleFiles.PartialEnding;
        WriteFile(partial, report);
        File.Move(partial, path, overwrite: true);
    }

    /// <summary>Takes everything back, a whole recording too.</summary>
    public void Abandon()
    {
        if (!_ended && Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
        _ended = true;
    }

    public void Dispose()
    {
        if (!_ended && !File.Exists(RecordingPath))
            Abandon();
    }

    // Only what the recorded stacks need: some kilobytes of ten million.
    void AddKernelSymbols()
    {
        byte[] list;
        try
        {
            list = File.ReadAllBytes(KernelSymbolFile.OfThisKernel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Note($"The kernel's symbols could not be read, so its functions have no names: {e.Message}");
            return;
        }
        if (KallsymsSubset.HidesAddresses(list))
        {
            Note("The kernel hides the addresses of its functions (kptr_restrict), so they have no names: record as root, or with `sysctl kernel.kptr_restrict=0`.");
            return;
        }
        using var file = new FileBytes(RecordingPath);
        var addresses = new KernelAddresses();
        new PerfDataReader(file).ReadTo(addresses);
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(KallsymsSubset.Select(list, addresses.Seen));
        Add(BundleFiles.KernelSymbols, zipped.GetBuffer().AsSpan(0, (int)zipped.Length));
    }

    List<BundleFile> Files()
    {
        var files = new List<BundleFile>();
        foreach (string path in Directory.GetFiles(Folder).Order(StringComparer.Ordinal))
        {
            using var file = new FileBytes(path);
            files.Add(new BundleFile(Path.GetFileName(path), file.Length ?? 0, FileDigest.Of(file)));
        }
        return files;
    }

    void Add(string name, ReadOnlySpan<byte> bytes) => WriteFile(Path.Combine(Folder, name), bytes);

    static void WriteFile(string path, ReadOnlySpan<byte> bytes)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        file.Write(bytes);
        file.Flush(flushToDisk: true);
    }

    static RecordingAccount AccountOf(RecordingSummary summary) => new()
    {
        Length = summary.Length,
        Sampler = summary.Sampler,
        Samples = summary.Counts.Samples,
        Tracepoints = summary.Counts.Tracepoints,
        Lost = summary.Counts.Lost,
        LostByCpu = [.. summary.LostByCpu.OrderBy(l => l.Key.Value).Select(l => (l.Key, l.Value))],
        Throttled = summary.Counts.Throttled,
        OwnCpu = summary.OwnCpu,
        OwnCpuOver = summary.OwnCpuOver,
        Flaws = summary.Flaws,
    };
}
