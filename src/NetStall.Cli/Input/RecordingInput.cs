// SPDX-License-Identifier: Apache-2.0
using NetStall.Detection;
using NetStall.Ftrace;
using NetStall.Linux;
using NetStall.Linux.Bundles;
using NetStall.Linux.Compression;
using NetStall.Linux.Files;
using NetStall.PerfData;
using NetStall.PerfScript;
using NetStall.Recordings;

namespace NetStall.Cli.Input;

/// <summary>One argument that names a recording, opened: its reader, and the readers of its parts if it is a directory.</summary>
sealed class RecordingInput : IDisposable
{
    const int Peeked = 64 * 1024;

    readonly List<IDisposable> _open = [];

    RecordingInput()
    {
    }

    /// <summary>Bytes in all; null for a pipe.</summary>
    public long? Length { get; private set; }

    /// <summary>The main reader first, then those of a directory's parts; all fill one recording.</summary>
    public List<IRecordingReader> Readers { get; } = [];

    public IRecordingReader Main => Readers[0];

    /// <summary>Null for text.</summary>
    public PerfDataReader? PerfData => Main as PerfDataReader;

    /// <summary>The text itself, when this is the text of `perf script`: some work is done straight on it, instead of by <see cref="Main"/>.</summary>
    public IByteSource? TextSource { get; private set; }

    /// <summary>What is read of it that has an end.</summary>
    public IEnumerable<FileBytes> Files => _open.OfType<FileBytes>().Concat(Bundle is { } bundle ? [bundle.Reader.Recording] : []);

    /// <summary>The folder in which it stands, where <c>netstall record</c> made one.</summary>
    public Bundle? Bundle { get; private set; }

    /// <param name="argument">A path, or <c>-</c> for standard input.</param>
    /// <param name="sameTimeline">A file of the same node on the same clock, whose recording this one joins.</param>
    /// <exception cref="UnreadableRecordingException">It cannot be opened, or is nothing that we read; the message says why.</exception>
    public static RecordingInput Open(string argument, PerfDataReader? sameTimeline = null)
    {
        var input = new RecordingInput();
        try
        {
            input.OpenAny(argument, sameTimeline);
            return input;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            input.Dispose();
            throw new UnreadableRecordingException($"There is no file {Reports.Visible.Of(argument)}.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            input.Dispose();
            throw new UnreadableRecordingException($"{Reports.Visible.Of(argument)} may not be read by this user: perf makes files that only their owner (often root) can read.", e);
        }
        catch (IOException e) when (e is not EndOfStreamException)
        {
            input.Dispose();
            throw new UnreadableRecordingException($"{(argument == "-" ? "standard input" : Reports.Visible.Of(argument))} cannot be read: {e.Message}", e);
        }
        catch
        {
            input.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var open in _open)
            open.Dispose();
    }

    void OpenAny(string argument, PerfDataReader? sameTimeline)
    {
        string path = argument == "-" ? "/dev/stdin" : argument;
        string name = argument == "-" ? "standard input" : argument;
        if (Directory.Exists(path))
        {
            if (BundleReader.IsBundle(path))
                OpenBundle(BundleReader.OfFolder(path), sameTimeline);
            else
                OpenDirectory(path, sameTimeline);
            return;
        }

        // Standard input may be a file all the same (`netstall analyze - < perf.data`), and a path may be a pipe.
        var attributes = File.GetAttributes(path);
        bool seekable = IsRegularFile(path) && !attributes.HasFlag(FileAttributes.Directory);
        if (seekable)
        {
            var file = Keep(new FileBytes(path, name));
            var begin = Peek(file);
            if (BundleArchive.LooksLikeOne(begin.Span))
            {
                using var tar = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                OpenBundle(BundleArchive.Unpack(tar, name, BundleArchive.IsGzip(begin.Span)), sameTimeline);
                return;
            }
            Length = file.Length;
            Readers.Add(ReaderFor(file, begin, sameTimeline));
            return;
        }
        var stream = Keep(argument == "-" ? Console.OpenStandardInput() : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 0));
        var first = Peek(stream);
        if (BundleArchive.LooksLikeOne(first.Span))
        {
            using var tar = new Continued(first, stream);
            OpenBundle(BundleArchive.Unpack(tar, name, BundleArchive.IsGzip(first.Span)), sameTimeline);
            return;
        }
        if (PerfDataReader.LooksLikePerfData(first.Span) && !PerfDataReader.IsPipeFormat(first.Span))
        {
            // The description of a perf.data file stands at its end: it must be had whole.
            var spooled = Keep(Spool.ToTemporaryFile(first, stream, name));
            Length = spooled.Length;
            Readers.Add(ReaderFor(spooled, first, sameTimeline));
            return;
        }
        Readers.Add(ReaderFor(new PipeBytes(stream, name, first), first, sameTimeline));
    }

    void OpenBundle(BundleReader opened, PerfDataReader? sameTimeline)
    {
        Bundle = Keep(new Bundle(opened));
        var file = opened.Recording;
        Length = file.Length;
        Readers.Add(ReaderFor(file, Peek(file), sameTimeline));
    }

    // perf record --threads: a folder with `data` (described as a file is) and bare records in data.0, data.1 …
    void OpenDirectory(string path, PerfDataReader? sameTimeline)
    {
        string main = Path.Combine(path, "data");
        // Whoever may not look into a folder finds nothing in it.
        _ = Directory.EnumerateFileSystemEntries(path).Any();
        if (!File.Exists(main))
            Unfinished.Refuse(path);
        if (!File.Exists(main))
            throw new UnreadableRecordingException($"{Reports.Visible.Of(path)} is a directory, and no perf.data directory: it holds no file `data`.");
        var file = Keep(new FileBytes(main, path));
        var reader = new PerfDataReader(file, NewZstd, sameTimeline);
        Length = file.Length;
        Readers.Add(reader);
        // To Directory.GetFiles "data.*" is also the main file, which has no dot.
        foreach (string part in Directory.GetFiles(path).Where(p => Path.GetFileName(p).StartsWith("data.", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            var bytes = Keep(new FileBytes(part));
            Length += bytes.Length;
            Readers.Add(reader.Part(bytes));
        }
    }

    IRecordingReader ReaderFor(IByteSource source, ReadOnlyMemory<byte> first, PerfDataReader? sameTimeline)
    {
        if (first.IsEmpty)
            throw new UnreadableRecordingException($"{Reports.Visible.Of(source.Name)} is empty.");
        if (PerfDataReader.LooksLikePerfData(first.Span))
            return new PerfDataReader(source, NewZstd, sameTimeline);
        switch (TextFormat.Detect(first.Span))
        {
            case TextFormatKind.PerfScript:
                TextSource = source;
                return new PerfScriptReader(source);
            case TextFormatKind.Ftrace:
                return new FtraceReader(source);
        }
        throw new UnreadableRecordingException(
            $"{Reports.Visible.Of(source.Name)} is no recording that netstall knows: neither perf.data, nor the text of `perf script`, nor that of ftrace{Hint(first.Span)}.");
    }

    static string Hint(ReadOnlySpan<byte> first) =>
        first.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]) ? ". It is compressed with gzip: use `zcat FILE | netstall analyze -`"
        : first.StartsWith((ReadOnlySpan<byte>)[0x28, 0xb5, 0x2f, 0xfd]) ? ". It is compressed with zstd: use `zstdcat FILE | netstall analyze -`"
        : first.StartsWith((ReadOnlySpan<byte>)[0xfd, (byte)'7', (byte)'z']) ? ". It is compressed with xz: use `xzcat FILE | netstall analyze -`"
        : first.StartsWith((ReadOnlySpan<byte>)[0xff, 0xfe]) || first.StartsWith((ReadOnlySpan<byte>)[0xfe, 0xff]) ? ". It is text in UTF-16: convert it to UTF-8 first"
        : "";

    static ZstdStream NewZstd()
    {
        try
        {
            return new ZstdStream();
        }
        catch (DllNotFoundException e)
        {
            throw new CannotHereException("The recording is compressed, and this machine has no libzstd to unpack it: install it (Debian: libzstd1), or record without -z.", e);
        }
    }

    static bool IsRegularFile(string path)
    {
        // Device nodes and pipes are no regular files; .NET tells by the mode's absence of a length. /dev/stdin follows its link.
        var info = new FileInfo(path);
        if (info.LinkTarget is not null && info.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target)
            info = target;
        if (!info.Exists)
            return false;
        return (File.GetAttributes(info.FullName) & (FileAttributes.Device | FileAttributes.Directory)) == 0 && CanSeek(path);
    }

    static bool CanSeek(string path)
    {
        using var probe = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0);
        return probe.CanSeek;
    }

    static ReadOnlyMemory<byte> Peek(FileBytes file)
    {
        byte[] first = new byte[Peeked];
        return first.AsMemory(0, file.ReadAt(0, first));
    }

    static ReadOnlyMemory<byte> Peek(Stream stream)
    {
        byte[] first = new byte[Peeked];
        int read = stream.ReadAtLeast(first, first.Length, throwOnEndOfStream: false);
        return first.AsMemory(0, read);
    }

    T Keep<T>(T disposable) where T : IDisposable
    {
        _open.Add(disposable);
        return disposable;
    }
}
