// SPDX-License-Identifier: Apache-2.0
namespace NetStall.PerfData.Writing;

/// <summary>All of a perf.data file but its records: what stands before them and behind them.</summary>
/// <remarks>
/// <code>
///  header 104 · ids · attrs | records … | feature table · features
///  ^ written last: until then it says that no records follow, as of a recorder that was killed
/// </code>
/// (tools/perf/Documentation/perf.data-file-format.txt)
/// </remarks>
public sealed class PerfDataLayout
{
    const int FileAttrSize = PerfEventSpec.AttrSize + 16;

    readonly int _idsSize;
    readonly IReadOnlyList<RecordedSpec> _events;

    /// <param name="events">At least one. Readers take the first for whose id they are told nothing.</param>
    public PerfDataLayout(IReadOnlyList<RecordedSpec> events)
    {
        ArgumentOutOfRangeException.ThrowIfZero(events.Count);
        _events = events;
        _idsSize = events.Sum(e => e.Ids.Length) * 8;
    }

    /// <summary>Where the records begin.</summary>
    public long DataOffset => PerfFileHeader.FileSize + _idsSize + _events.Count * FileAttrSize;

    /// <summary>What stands before the records, <see cref="DataOffset"/> bytes.</summary>
    /// <param name="dataSize">Bytes of records; 0 while they are not known.</param>
    /// <param name="features">Their numbers, in the order in which <see cref="Features"/> gets them.</param>
    public ReadOnlyMemory<byte> Front(long dataSize, IEnumerable<int> features)
    {
        var bytes = new PerfBytes();
        bytes.Bytes("PERFILE2"u8).U64(PerfFileHeader.FileSize).U64(FileAttrSize)
            .U64((ulong)(PerfFileHeader.FileSize + _idsSize)).U64((ulong)(_events.Count * FileAttrSize))
            .U64((ulong)DataOffset).U64((ulong)dataSize)
            .U64(0).U64(0);
        Span<byte> bits = stackalloc byte[32];
        bits.Clear();
        foreach (int feature in features)
            bits[feature / 8] |= (byte)(1 << (feature % 8));
        bytes.Bytes(bits);

        foreach (var e in _events)
        {
            foreach (ulong id in e.Ids)
                bytes.U64(id);
        }
        long ids = PerfFileHeader.FileSize;
        Span<byte> attr = stackalloc byte[PerfEventSpec.AttrSize];
        foreach (var e in _events)
        {
            e.Spec.WriteAttr(attr);
            bytes.Bytes(attr).U64((ulong)ids).U64((ulong)e.Ids.Length * 8);
            ids += e.Ids.Length * 8;
        }
        return bytes.ToMemory();
    }

    /// <summary>What stands behind the records.</summary>
    /// <param name="dataSize">Bytes of records.</param>
    /// <param name="features">In rising order of their numbers.</param>
    public ReadOnlyMemory<byte> Features(long dataSize, IReadOnlyList<PerfFeature> features)
    {
        var bytes = new PerfBytes();
        long offset = DataOffset + dataSize + features.Count * 16;
        foreach (var feature in features)
        {
            bytes.U64((ulong)offset).U64((ulong)feature.Bytes.Length);
            offset += feature.Bytes.Length;
        }
        foreach (var feature in features)
            bytes.Bytes(feature.Bytes.Span);
        return bytes.ToMemory();
    }
}
