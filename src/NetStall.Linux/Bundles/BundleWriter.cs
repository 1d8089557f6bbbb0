// SPDX-License-Identifier: Apache-2.0
using System.IO.Compression;
using System.Text;
using NetStall.Linux.Cgroups;
using NetStall.Linux.Files;
using NetStall.Linux.PerfEvents;
using NetStall.Linux.Symbols;
using NetStall.PerfData;
using NetStall.Recordings;
using NetStall.Symbols;
using NetStall.Waits;

namespace NetStall.Linux.Bundles;

/// <summary>Makes a bundle of a recording: first <see cref="RecordingPath"/> is filled, then <see cref="Finish"/> adds the rest and gives it its name.</summary>
public sealed class BundleWriter
{
    readonly string _path;

    /// <summary>Makes the folder, under its partial name.</summary>
    /// <exception cref="IOException">There is something by this name, or it cannot be made.</exception>
    public BundleWriter(string path)
    {
        _path = Path.TrimEndingDirectorySeparator(path);
        if (Path.Exists(_path))
            throw new IOException($"there is something by the name of {_path} already: give another with -o.");
        if (Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
        Directory.CreateDirectory(Folder);
    }

    /// <summary>Where the files are until it is whole.</summary>
    public string Folder => _path + BundleFiles.PartialEnding;

    public string RecordingPath => Path.Combine(Folder, BundleFiles.Recording);

    /// <summary>Adds what the recording needs elsewhere, and gives the bundle its name: from then on it is whole.</summary>
    /// <param name="summary">How the recording went.</param>
    /// <param name="version">Of netstall.</param>
    /// <param name="trigger">The wait for which it is kept; null for none.</param>
    /// <returns>Its path.</returns>
    public string Finish(RecordingSummary summary, string version, LiveWait? trigger = null)
    {
        AddKernelSymbols();
        Add(BundleFiles.Cgroups, CgroupList.Describe());
        if (summary.Steal.Length > 0)
            Add(BundleFiles.Steal, Encoding.ASCII.GetBytes(summary.Steal));
        using (var manifest = File.Create(Path.Combine(Folder, BundleFiles.Manifest)))
        {
            BundleManifest.Write(manifest, Folder, version, summary, trigger);
            manifest.Flush(flushToDisk: true);
        }
        Directory.Move(Folder, _path);
        return _path;
    }

    /// <summary>Takes everything back.</summary>
    public void Abandon()
    {
        if (Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
    }

    void AddKernelSymbols()
    {
        using var file = new FileBytes(RecordingPath);
        var addresses = new KernelAddresses();
        new PerfDataReader(file).ReadTo(addresses);
        byte[] list;
        try
        {
            list = File.ReadAllBytes(KernelSymbolFile.OfThisKernel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Who may not read them gets stacks without names, and the report says so.
            return;
        }
        using var gzip = new GZipStream(File.Create(Path.Combine(Folder, BundleFiles.KernelSymbols)), CompressionLevel.Optimal);
        gzip.Write(KallsymsSubset.Select(list, addresses.Seen));
    }

    void Add(string name, ReadOnlySpan<byte> bytes)
    {
        using var file = File.Create(Path.Combine(Folder, name));
        file.Write(bytes);
    }
}
