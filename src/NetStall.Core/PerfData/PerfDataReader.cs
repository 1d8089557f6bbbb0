// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using NetStall.Model;
using NetStall.Recordings;
using NetStall.Symbols;

namespace NetStall.PerfData;

/// <summary>Reads perf.data: a seekable file or a pipe, plain or compressed, whole or cut off.</summary>
/// <remarks>
/// <code>
///  bytes -> [data section] -> records -> (COMPRESSED: zstd -> records) -> RecordDecoder -> events
///                                  \-> ATTR, TRACING_DATA, HEADER_FEATURE of a pipe -> EventRegistry, Recording
/// </code>
/// One buffer, no allocation per record; memory does not grow with the file.
/// </remarks>
public sealed class PerfDataReader : IRecordingReader
{
    const int BufferSize = 512 * 1024;
    internal const int MaximumFeatureSize = 256 * 1024 * 1024;

    readonly IByteSource _source;
    readonly Func<IZstdStream>? _zstd;
    readonly EventRegistry _events;
    readonly RecordDecoder _decoder;
    readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BufferSize);
    readonly RecordStream _records;
    PerfFileHeader? _header;

    int _start, _end;
    long _position;
    long _dataEnd = long.MaxValue;
    bool _ended;
    int _open = 1;

    /// <param name="source">perf.data from its first byte on.</param>
    /// <param name="zstd">Makes decompressors for <c>perf record -z</c>; null where there is none, then compressed records are a flaw.</param>
    /// <param name="sameTimeline">Another file of the same node on the same clock: what both tell goes into one <see cref="Recording"/>.</param>
    public PerfDataReader(IByteSource source, Func<IZstdStream>? zstd = null, PerfDataReader? sameTimeline = null)
    {
        _source = source;
        _zstd = zstd;
        if (sameTimeline is null)
        {
            Recording = new Recording(source.Name) { Format = "perf.data" };
            Spaces = new AddressSpaces();
        }
        else
        {
            Recording = sameTimeline.Recording;
            Recording.Source += $" + {source.Name}";
            Spaces = sameTimeline.Spaces;
        }
        _events = new EventRegistry(Recording);
        _decoder = new RecordDecoder(Recording, _events, Spaces);
        _records = NewStream("");
    }

    public Recording Recording { get; }

    /// <summary>What ran where, and which kernel: memory maps and build ids, for naming frames.</summary>
    public AddressSpaces Spaces { get; }

    /// <summary>The node's kallsyms, if the recording brought it; usually empty.</summary>
    public byte[] EmbeddedKallsyms => _events.Kallsyms;

    public long BytesRead => _position;

    /// <summary>Whether these first bytes begin what <c>perf record -o -</c> writes.</summary>
    public static bool IsPipeFormat(ReadOnlySpan<byte> firstBytes) =>
        firstBytes.Length >= PerfFileHeader.PipeSize && BinaryPrimitives.ReadUInt64LittleEndian(firstBytes[8..]) == PerfFileHeader.PipeSize;

    public static bool LooksLikePerfData(ReadOnlySpan<byte> firstBytes) => PerfFileHeader.LooksLikePerfData(firstBytes);

    /// <summary>
    /// Reads what stands before the first record: enough to know clock, host and kernel of a file. Of a pipe nothing but its first bytes.
    /// </summary>
    /// <exception cref="UnreadableRecordingException">It is no perf.data that we can read.</exception>
    public void Open()
    {
        if (_header is null)
            ReadHeader();
    }

    public bool ReadSome(IEventSink sink)
    {
        Open();
        if (_ended)
            return false;

        if (!Fill())
        {
            ReachEnd();
            return false;
        }
        _start += _records.Read(_buffer.AsSpan(_start, _end - _start), sink);
        return true;
    }

    /// <summary>Reads another file's records with this one's events: the <c>data.N</c> parts of perf's directory format.</summary>
    public IRecordingReader Part(IByteSource part)
    {
        _open++;
        return new PerfDataPart(Recording, part, NewStream(part.Name), ReachEndOfOne);
    }

    // What was left out is told when the file and all its parts have been read.
    void ReachEndOfOne()
    {
        if (--_open == 0)
            _decoder.Finish();
    }

    RecordStream NewStream(string name) => new(name, Recording, _events, _decoder, Spaces, _zstd, Refuse32Bit);

    void ReadHeader()
    {
        Span<byte> first = stackalloc byte[PerfFileHeader.FileSize];
        int read = ReadFully(first[..PerfFileHeader.PipeSize]);
        if (read == 0)
            throw new UnreadableRecordingException($"{_source.Name} is empty.");
        bool pipe = IsPipeFormat(first[..read]);
        if (!pipe && read == PerfFileHeader.PipeSize)
            read += ReadFully(first[PerfFileHeader.PipeSize..]);
        _header = PerfFileHeader.Parse(first[..read], _source.Name);
        _position = read;
        _records.Offset = read;
        if (_header.IsPipe)
            return;

        if (_source.Length is not { } length)
        {
            throw new UnreadableRecordingException(
                $"{_source.Name} is a pipe, but brings a perf.data file whose description stands at its end. Give the file itself, or record with `perf record -o -`.");
        }
        ReadAttrs(length);
        ReadFeatures(length);
        _events.EnsureResolved();
        Refuse32Bit();

        long begin = Clamp(_header.Data.Offset, length);
        long size = Clamp(_header.Data.Size, length);
        _dataEnd = begin + size;
        if (size == 0)
        {
            // perf writes the size when it stops; a recorder that was killed left 0.
            _dataEnd = length;
            Recording.Flaws.Add("header", "the recorder never wrote how much it recorded (it was killed)", "all that stands in the file is read");
        }
        else if (_dataEnd > length)
        {
            Recording.Flaws.Add("header", $"{size} bytes of records were announced, {Math.Max(0, length - begin)} are there", "the recording is cut off; what is there is judged");
            _dataEnd = length;
        }
        _position = begin;
        _records.Offset = begin;
    }

    void ReadAttrs(long length)
    {
        var section = _header!.Attrs;
        ulong each = _header.AttrSize;
        if (each < PerfEventAttr.MinimumSize + 16 || each > 4096 || section.Size > 64 * 1024 * 1024)
        {
            throw new UnreadableRecordingException(
                $"{_source.Name} describes its events in a way that no perf does (attr_size {each}, section of {section.Size} bytes): the file is damaged.");
        }
        var bytes = ReadSection(section, length);
        ulong idsLeft = (ulong)length;
        for (int at = 0; at + (int)each <= bytes.Length; at += (int)each)
        {
            var entry = bytes.AsSpan(at, (int)each);
            if (!PerfEventAttr.TryRead(entry[..^16], out var attr, out _))
            {
                Recording.Flaws.Add($"attr {at / (int)each}", "its size contradicts the header", "samples of this event are left out");
                continue;
            }
            var ids = PerfFileHeader.Section(entry[^16..]);
            // All ids together are smaller than the file, unless someone wants us to read it again and again.
            bool sane = ids.Size <= idsLeft;
            idsLeft -= sane ? ids.Size : 0;
            _events.Add(attr, sane ? ReadSection(ids, length) : []);
        }
        if (_events.Count == 0)
            throw new UnreadableRecordingException($"{_source.Name} describes no event at all: the recording was cut off before it began. Record again.");
    }

    void ReadFeatures(long length)
    {
        if (_header!.Data.Size == 0)
            return;
        ulong table = _header.Data.Offset + _header.Data.Size;
        Span<byte> entry = stackalloc byte[16];
        bool cut = false;
        for (int feature = 0; feature < 256; feature++)
        {
            if (!_header.HasFeature(feature))
                continue;
            if (table > long.MaxValue - 16 || _source.ReadAt((long)table, entry) < entry.Length)
            {
                cut = true;
                break;
            }
            table += 16;
            var section = PerfFileHeader.Section(entry);
            if (!PerfFeatures.Tells(feature))
                continue;
            if (section.Size > MaximumFeatureSize)
            {
                Recording.Flaws.Add($"feature {feature}", $"it claims {section.Size} bytes", "it is left unread");
                continue;
            }
            var bytes = ReadSection(section, length);
            if ((ulong)bytes.Length < section.Size)
                cut = true;
            PerfFeatures.Read(feature, bytes, Recording, _events, Spaces);
        }
        if (cut)
            Recording.Flaws.Add("features", "the end of the file is missing", "host, kernel or tracepoint formats may not be known");
    }

    byte[] ReadSection(FileSection section, long length)
    {
        if (section.Offset >= (ulong)length)
            return [];
        var bytes = new byte[Math.Min(section.Size, (ulong)length - section.Offset)];
        int read = 0;
        while (read < bytes.Length)
        {
            int n = _source.ReadAt((long)section.Offset + read, bytes.AsSpan(read));
            if (n <= 0)
                return bytes[..read];
            read += n;
        }
        return bytes;
    }

    void Refuse32Bit()
    {
        if (Recording.Architecture is "i386" or "i486" or "i586" or "i686" or "armv6l" or "armv7l" or "armv8l" or "mips" or "ppc" or "s390")
        {
            throw new UnreadableRecordingException(
                $"{_source.Name} was recorded on a 32-bit machine ({Recording.Architecture}), which netstall does not read. Use `perf script -i FILE | netstall analyze -` there.");
        }
    }

    static long Clamp(ulong value, long most) => value > (ulong)most ? most : (long)value;

    int ReadFully(Span<byte> into)
    {
        int read = 0;
        while (read < into.Length)
        {
            int n = _source.Read(into[read..]);
            if (n <= 0)
                break;
            read += n;
        }
        return read;
    }

    /// <summary>Moves what is left to the front and reads on. False when nothing more comes.</summary>
    bool Fill()
    {
        int left = _end - _start;
        if (_start > 0)
            _buffer.AsSpan(_start, left).CopyTo(_buffer);
        _start = 0;
        _end = left;

        int room = (int)Math.Min(_buffer.Length - _end, _dataEnd - _position);
        if (room <= 0)
            return false;
        var into = _buffer.AsSpan(_end, room);
        int n = _header!.IsPipe ? _source.Read(into) : _source.ReadAt(_position, into);
        if (n <= 0)
            return false;
        _end += n;
        _position += n;
        return true;
    }

    void ReachEnd()
    {
        _ended = true;
        _records.Finish(_end - _start);
        if (_events.Count == 0)
            throw new UnreadableRecordingException($"{_source.Name} describes no event at all: the recording was cut off before it began. Record again.");
        _events.EnsureResolved();
        ReachEndOfOne();
    }
}
