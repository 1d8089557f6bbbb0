// SPDX-License-Identifier: Apache-2.0
using NetStall.Bundles;
using NetStall.Linux.Files;
using NetStall.Recordings;

namespace NetStall.Linux.Bundles;

/// <summary>A bundle, opened: its recording, its parts, and what is wrong with them.</summary>
public sealed class BundleReader : IDisposable
{
    readonly Dictionary<string, FileBytes> _parts;
    readonly List<string> _problems;

    /// <param name="name">What to call it in sentences.</param>
    /// <param name="parts">By their names in the bundle; closed with this. The recording is one of them.</param>
    /// <param name="problems">What was found wrong so far.</param>
    internal BundleReader(string name, Dictionary<string, FileBytes> parts, List<string> problems)
    {
        Name = name;
        _parts = parts;
        _problems = problems;
        Manifest = ReadManifest();
        if (Manifest is { } manifest)
            CheckLengths(manifest);
    }

    public static bool IsBundle(string folder) => File.Exists(Path.Combine(folder, BundleFiles.Manifest)) && File.Exists(Path.Combine(folder, BundleFiles.Recording));

    /// <exception cref="UnreadableRecordingException">It was never finished, or its recording is no file.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static BundleReader OfFolder(string folder)
    {
        Unfinished.Refuse(folder);
        var parts = new Dictionary<string, FileBytes>();
        var problems = new List<string>();
        try
        {
            foreach (string path in Directory.GetFiles(folder))
            {
                string name = Path.GetFileName(path);
                if (BundleFiles.MostBytes(name) is null)
                    continue;
                // Somebody else made this folder. A link in it would show a file of ours as one of his.
                if (FileKind.IsRegularFile(path))
                    parts.Add(name, new FileBytes(path, name == BundleFiles.Recording ? folder : name));
                else
                    problems.Add($"{name} is no file but a link or a pipe, and is left out");
            }
            return parts.ContainsKey(BundleFiles.Recording)
                ? new BundleReader(folder, parts, problems)
                : throw new UnreadableRecordingException($"{Reports.Visible.Of(folder)} holds a {BundleFiles.Recording} that is no file but a link or a pipe: give the recording itself.");
        }
        catch
        {
            foreach (var part in parts.Values)
                part.Dispose();
            throw;
        }
    }

    public string Name { get; }

    public FileBytes Recording => _parts[BundleFiles.Recording];

    /// <summary>Null when it is missing or cannot be understood; <see cref="Problems"/> tells.</summary>
    public BundleManifest? Manifest { get; }

    /// <summary>What is wrong with it, as sentences without a beginning capital or a full stop: <c>perf.data has 5 bytes, and had 9 when it was made</c>.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>The bytes of a part; null when it has none, or one of a length that none has.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public byte[]? Read(string name)
    {
        if (!_parts.TryGetValue(name, out var part) || part.Length is not { } length)
            return null;
        if (length > BundleFiles.MostBytes(name) || length > Array.MaxLength)
        {
            _problems.Add($"{name} has {length} bytes, which no such file has, and is left out");
            return null;
        }
        byte[] bytes = new byte[length];
        int read = 0;
        while (read < bytes.Length && part.ReadAt(read, bytes.AsSpan(read)) is var n and > 0)
            read += n;
        return read == bytes.Length ? bytes : bytes[..read];
    }

    /// <summary>Compares what is there with what the manifest vouches for. Reads every byte once; may run on another thread while the recording is read.</summary>
    /// <returns>What differs, as <see cref="Problems"/>; without what those tell already.</returns>
    public IReadOnlyList<string> CheckDigests(CancellationToken stop = default)
    {
        var differing = new List<string>();
        foreach (var file in Manifest?.Files ?? [])
        {
            if (file.Digest is { } digest && _parts.TryGetValue(file.Name, out var part) && part.Length == file.Bytes && FileDigest.Of(part, stop) != digest)
                differing.Add($"{file.Name} is not as it was when the bundle was made: its SHA-256 differs");
        }
        return differing;
    }

    public void Dispose()
    {
        foreach (var part in _parts.Values)
            part.Dispose();
    }

    BundleManifest? ReadManifest()
    {
        if (Read(BundleFiles.Manifest) is not { } json)
        {
            _problems.Add($"it holds no {BundleFiles.Manifest}, so nothing tells whether it is whole");
            return null;
        }
        var manifest = BundleManifest.TryParse(json, out string problem);
        if (manifest is null)
            _problems.Add($"{BundleFiles.Manifest} {problem}");
        return manifest;
    }

    void CheckLengths(BundleManifest manifest)
    {
        foreach (var file in manifest.Files)
        {
            if (BundleFiles.MostBytes(file.Name) is null)
                continue;
            if (!_parts.TryGetValue(file.Name, out var part))
                _problems.Add($"{file.Name} is missing");
            else if (part.Length != file.Bytes)
                _problems.Add($"{file.Name} has {part.Length} bytes, and had {file.Bytes} when the bundle was made");
        }
        foreach (string name in _parts.Keys.Where(n => n != BundleFiles.Manifest && manifest.Files.All(f => f.Name != n)).Order(StringComparer.Ordinal))
            _problems.Add($"{name} was not there when the bundle was made");
    }
}
