// SPDX-License-Identifier: Apache-2.0
using System.Formats.Tar;
using System.IO.Compression;
using NetStall.Bundles;
using NetStall.Linux.Files;
using NetStall.Recordings;

namespace NetStall.Linux.Bundles;

/// <summary>A bundle in a tar, plain or gzipped, as it is sent around. Nothing is written by a name that stands in it: its parts go to files without names.</summary>
public static class BundleArchive
{
    const int HeaderSize = 512, MagicAt = 257;

    /// <summary>A gzip of a few megabytes can hold a terabyte of zeros.</summary>
    const long MostRecorded = 16L << 30;

    /// <summary>A bundle has seven files; what goes on and on is none.</summary>
    const int MostEntries = 1000;

    /// <summary>Whether these first bytes begin a tar (POSIX's or GNU's), or a gzip of one.</summary>
    /// <param name="first">At least 512 where there are as many; of a gzip some thousand.</param>
    public static bool LooksLikeOne(ReadOnlySpan<byte> first) => IsTar(IsGzip(first) ? FirstOfGzip(first) : first);

    /// <param name="tar">From its first byte on; read to the end of the tar.</param>
    /// <param name="name">What to call it in sentences.</param>
    /// <param name="isGzip">It is gzipped.</param>
    /// <param name="folder">Where to put what it holds; null for where temporary files go.</param>
    /// <exception cref="UnreadableRecordingException">It holds no bundle, or more than one, or is damaged before all of its recording has come.</exception>
    /// <exception cref="IOException">There is no room for what is in it.</exception>
    public static BundleReader Unpack(Stream tar, string name, bool isGzip, string? folder = null)
    {
        var parts = new Dictionary<string, FileBytes>();
        var problems = new List<string>();
        try
        {
            using var unzipped = isGzip ? new GZipStream(tar, CompressionMode.Decompress, leaveOpen: true) : null;
            using var guarded = new GuardedTar(unzipped ?? tar);
            ReadEntries(guarded, name, parts, problems, folder);
            return new BundleReader(name, parts, problems);
        }
        catch
        {
            foreach (var part in parts.Values)
                part.Dispose();
            throw;
        }
    }

    public static bool IsGzip(ReadOnlySpan<byte> first) => first is [0x1f, 0x8b, ..];

    static void ReadEntries(GuardedTar tar, string name, Dictionary<string, FileBytes> parts, List<string> problems, string? temporary)
    {
        string shown = Reports.Visible.Of(name);
        var others = new HashSet<string>();
        string? folder = null;
        using var reader = new TarReader(tar, leaveOpen: true);
        try
        {
            for (int i = 0; reader.GetNextEntry() is { } entry; i++)
            {
                if (i == MostEntries)
                    throw new UnreadableRecordingException($"{shown} holds more than {MostEntries} files, and a bundle some seven: unpack it, and give the bundle's folder.");
                var (inFolder, file) = Split(entry.Name);
                if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile))
                    continue;
                others.Add(file);
                if (file == BundleFiles.UnfinishedRecording)
                    folder ??= inFolder;
                if (BundleFiles.MostBytes(file) is not { } most)
                    continue;
                folder ??= inFolder;
                if (folder != inFolder || parts.ContainsKey(file))
                    throw new UnreadableRecordingException($"{shown} holds more than one {(parts.ContainsKey(file) ? file : "bundle")}: unpack it, and give one bundle's folder.");
                if (entry.Length > Math.Min(most, MostRecorded))
                    throw new UnreadableRecordingException($"{shown} says that its {file} has {entry.Length} bytes: if that is so, unpack it (`tar xf`) and give the folder.");
                using (tar.Data())
                    parts.Add(file, Spool.ToTemporaryFile(default, entry.DataStream ?? Stream.Null, file == BundleFiles.Recording ? name : file, temporary));
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException or ArgumentException or NotSupportedException or OverflowException)
        {
            // What came before is there. A manifest that came tells what did not.
            if (!parts.ContainsKey(BundleFiles.Recording))
                throw new UnreadableRecordingException($"{shown} is a tar that is cut off or damaged before its {BundleFiles.Recording} was whole: have it sent again.", e);
            problems.Add("the tar is cut off or damaged");
        }
        if (Unfinished.Why(folder is { Length: > 0 } ? folder : "what is in the tar", others.Contains) is { } why)
            throw new UnreadableRecordingException($"{shown}: {why}");
        if (!parts.ContainsKey(BundleFiles.Recording))
            throw new UnreadableRecordingException($"{shown} is a tar, but of no bundle: it holds no {BundleFiles.Recording}.");
    }

    // ./node7/perf.data
    static (string Folder, string File) Split(string name)
    {
        string path = name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name;
        int slash = path.LastIndexOf('/');
        return slash < 0 ? ("", path) : (path[..slash], path[(slash + 1)..]);
    }

    static bool IsTar(ReadOnlySpan<byte> first) => first.Length >= HeaderSize && first[MagicAt..].StartsWith("ustar"u8);

    static byte[] FirstOfGzip(ReadOnlySpan<byte> first)
    {
        try
        {
            using var gzip = new GZipStream(new MemoryStream(first.ToArray()), CompressionMode.Decompress);
            byte[] header = new byte[HeaderSize];
            return header[..gzip.ReadAtLeast(header, header.Length, throwOnEndOfStream: false)];
        }
        catch (InvalidDataException)
        {
            return [];
        }
    }
}
