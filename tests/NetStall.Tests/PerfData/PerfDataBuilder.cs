// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Text;
using NetStall.Model;
using NetStall.PerfData;
using NetStall.Recordings;

namespace NetStall.Tests.PerfData;

/// <summary>Writes perf.data byte by byte, right or wrong, as a test wants it.</summary>
sealed class PerfDataBuilder
{
    public const ulong Ip = 1 << 0, TidBit = 1 << 1, Time = 1 << 2, Callchain = 1 << 5, Id = 1 << 6, Cpu = 1 << 7, Raw = 1 << 10, Identifier = 1 << 16, CgroupBit = 1 << 21;
    public const ulong Usual = Ip | TidBit | Time | Cpu | Callchain | Identifier;

    const ulong SampleIdAll = 1ul << 18;
    readonly List<(byte[] Attr, ulong[] Ids)> _attrs = [];
    readonly List<byte> _data = [];
    readonly SortedDictionary<int, byte[]> _features = [];

    public PerfDataBuilder Attr(uint type, ulong config, ulong sampleType, ulong[] ids, int size = 136, ulong period = 1_000_000, ulong flags = SampleIdAll)
    {
        var attr = new byte[size];
        BinaryPrimitives.WriteUInt32LittleEndian(attr, type);
        BinaryPrimitives.WriteUInt32LittleEndian(attr.AsSpan(4), (uint)size);
        BinaryPrimitives.WriteUInt64LittleEndian(attr.AsSpan(8), config);
        BinaryPrimitives.WriteUInt64LittleEndian(attr.AsSpan(16), period);
        BinaryPrimitives.WriteUInt64LittleEndian(attr.AsSpan(24), sampleType);
        BinaryPrimitives.WriteUInt64LittleEndian(attr.AsSpan(40), flags);
        _attrs.Add((attr, ids));
        return this;
    }

    /// <summary>cpu-clock at 1 ms, with all that perf asks for.</summary>
    public PerfDataBuilder CpuClock(ulong id = 7, int attrSize = 136) => Attr(1, 0, Usual, [id], attrSize);

    public PerfDataBuilder Feature(int number, byte[] bytes)
    {
        _features[number] = bytes;
        return this;
    }

    public static byte[] Text(string text)
    {
        var bytes = new byte[4 + 64];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, 64);
        Encoding.UTF8.GetBytes(text).CopyTo(bytes, 4);
        return bytes;
    }

    public PerfDataBuilder Record(uint type, ushort misc, params byte[][] parts)
    {
        byte[] body = [.. parts.SelectMany(p => p)];
        Span<byte> header = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(header, type);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], misc);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], (ushort)(8 + body.Length));
        _data.AddRange(header);
        _data.AddRange(body);
        return this;
    }

    /// <summary>The records alone, without header and attrs: a part of a directory, or what goes into a pipe.</summary>
    public byte[] Records => [.. _data];

    public PerfDataBuilder Bytes(params byte[] bytes)
    {
        _data.AddRange(bytes);
        return this;
    }

    /// <summary>A sample of <see cref="CpuClock"/>.</summary>
    public PerfDataBuilder Sample(long time, int tid = 5, int cpu = 0, ulong id = 7, bool inKernel = true, params ulong[] chain) =>
        Record(9, (ushort)(inKernel ? 1 : 2), U64(id), U64(chain.Length > 1 ? chain[1] : 0), U32(tid), U32(tid), U64((ulong)time), U32(cpu), U32(0), U64((ulong)chain.Length), [.. chain.SelectMany(U64)]);

    /// <summary>The trailer of a record that is no sample, as <see cref="Usual"/> asks for it.</summary>
    public static byte[] Trailer(long time, int tid = 5, int cpu = 0, ulong id = 7) => [.. U32(tid), .. U32(tid), .. U64((ulong)time), .. U32(cpu), .. U32(0), .. U64(id)];

    public static byte[] U64(ulong value) => BitConverter.GetBytes(value);
    public static byte[] U32(int value) => BitConverter.GetBytes(value);
    public static byte[] Padded(string text, int size)
    {
        var bytes = new byte[size];
        Encoding.UTF8.GetBytes(text).CopyTo(bytes, 0);
        return bytes;
    }

    public byte[] Build(ulong? dataSize = null, ulong? attrSize = null)
    {
        int each = _attrs.Count > 0 ? _attrs.Max(a => a.Attr.Length) + 16 : 152;
        int idsAt = 104 + each * _attrs.Count;
        int dataAt = idsAt + _attrs.Sum(a => a.Ids.Length * 8);
        byte[] data = _data.ToArray();

        var file = new MemoryStream();
        file.Write("PERFILE2"u8);
        foreach (ulong value in (ulong[])[104, attrSize ?? (ulong)each, 104, (ulong)(each * _attrs.Count), (ulong)dataAt, dataSize ?? (ulong)data.Length, 0, 0])
            file.Write(U64(value));
        var bits = new byte[32];
        foreach (int feature in _features.Keys)
            bits[feature / 8] |= (byte)(1 << (feature % 8));
        file.Write(bits);
        int ids = idsAt;
        foreach (var (attr, own) in _attrs)
        {
            file.Write(attr);
            file.Write(new byte[each - 16 - attr.Length]);
            file.Write(U64((ulong)ids));
            file.Write(U64((ulong)(own.Length * 8)));
            ids += own.Length * 8;
        }
        foreach (var (_, own) in _attrs)
            file.Write([.. own.SelectMany(U64)]);
        file.Write(data);
        int featureAt = dataAt + data.Length + 16 * _features.Count;
        foreach (byte[] feature in _features.Values)
        {
            file.Write(U64((ulong)featureAt));
            file.Write(U64((ulong)feature.Length));
            featureAt += feature.Length;
        }
        foreach (byte[] feature in _features.Values)
            file.Write(feature);
        return file.ToArray();
    }

    /// <summary>The same as `perf record -o -` writes it: the events and the features are records.</summary>
    public byte[] BuildPipe()
    {
        var head = new PerfDataBuilder();
        foreach (var (attr, ids) in _attrs)
            head.Record(64, 0, attr, [.. ids.SelectMany(U64)]);
        foreach (var (number, bytes) in _features)
            head.Record(80, 0, U64((ulong)number), bytes);
        return [.. "PERFILE2"u8, .. U64(16), .. head.Records, .. Records];
    }

    public Seen Read(Func<IZstdStream>? zstd = null) => Read(Build(), zstd);

    public static Seen Read(byte[] file, Func<IZstdStream>? zstd = null)
    {
        var reader = new PerfDataReader(new MemoryBytes("test.data", file), zstd);
        var sink = new Seen(reader.Recording);
        reader.ReadTo(sink);
        return sink;
    }
}

/// <summary>Events as they came, with their chains.</summary>
sealed class Seen(Recording recording) : IEventSink
{
    public Recording Recording => recording;
    public List<(KernelEvent Event, ulong[] Chain)> Events { get; } = [];
    public int Rounds { get; private set; }
    public IEnumerable<long> Times => Events.Select(e => e.Event.Time.Nanoseconds);

    public void Accept(in KernelEvent e, ReadOnlySpan<ulong> chain) => Events.Add((e, chain.ToArray()));
    public void RoundFinished() => Rounds++;
}
