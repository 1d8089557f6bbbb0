// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using NetStall.Model;
using NetStall.Recordings;
using NetStall.Symbols;

namespace NetStall.PerfData;

/// <summary>
/// One run of records: a file's data section, a pipe, one part of a directory, or what a compressed stream unpacks to. Each has its
/// own place, its own zstd stream and its own bytes to skip: <c>perf record --threads -z</c> compresses every part by itself.
/// </summary>
/// <param name="name">How flaws name it; empty for the file itself.</param>
/// <param name="onFeature">Called after a feature that came as a record; may refuse the recording.</param>
sealed class RecordStream(
    string name, Recording recording, EventRegistry events, RecordDecoder decoder, AddressSpaces spaces,
    Func<IZstdStream>? zstd, Action onFeature, bool isUnpacked = false)
{
    CompressedRecords? _compressed;

    // Bytes that follow a record without being part of it: AUX data to skip, or a pipe's tracing data to keep.
    long _skip;
    byte[]? _tracingData;
    int _tracingDataRead;

    /// <summary>Of the next record, from the begin of the file (or of what was unpacked).</summary>
    public long Offset { get; set; }

    /// <summary>Takes whole records off the front. Returns how many bytes were used: always all but an incomplete last record.</summary>
    public int Read(ReadOnlySpan<byte> bytes, IEventSink sink)
    {
        var rest = bytes;
        while (true)
        {
            if (OwesBytes)
            {
                Advance(ref rest, TakeTrailingBytes(rest));
                if (OwesBytes)
                    break;
            }
            if (rest.Length < 8)
                break;

            int size = BinaryPrimitives.ReadUInt16LittleEndian(rest[6..]);
            if (size < 8)
            {
                Advance(ref rest, Resynchronise(rest, size));
                continue;
            }
            if (size > rest.Length)
                break;

            ReadRecord(rest[..size], sink);
            Advance(ref rest, size);
        }
        return bytes.Length - rest.Length;
    }

    /// <summary>Nothing more comes.</summary>
    /// <param name="left">Bytes of a last record that is not whole.</param>
    public void Finish(int left)
    {
        if (left > 0 || OwesBytes)
            recording.Flaws.Add(Where, $"the {Kind} ends in the middle of a record", "that record is left out");
        _compressed?.Finish();
        _compressed = null;
    }

    bool OwesBytes => _skip > 0 || _tracingData is not null;

    string Where => name.Length == 0 ? $"offset 0x{Offset:x}" : $"{name}, offset 0x{Offset:x}";

    string Kind => isUnpacked ? "compressed stream" : "file";

    void Advance(ref ReadOnlySpan<byte> rest, int by)
    {
        rest = rest[by..];
        Offset += by;
    }

    void ReadRecord(ReadOnlySpan<byte> record, IEventSink sink)
    {
        var type = (PerfRecordType)BinaryPrimitives.ReadUInt32LittleEndian(record);
        if (type == PerfRecordType.Sample)
        {
            decoder.ReadSample(record, sink);
            return;
        }
        switch (type)
        {
            case PerfRecordType.Compressed:
                Decompress(record[8..], sink);
                break;
            case PerfRecordType.Compressed2 when record.Length >= 16:
                ulong size = BinaryPrimitives.ReadUInt64LittleEndian(record[8..]);
                Decompress(record.Slice(16, (int)Math.Min(size, (ulong)record.Length - 16)), sink);
                break;
            case PerfRecordType.Auxtrace when record.Length >= 16:
                // As many bytes again follow, which the record's own size leaves out.
                _skip = (long)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(record[8..]), long.MaxValue);
                break;
            case PerfRecordType.TracingData when record.Length >= 12:
                uint length = BinaryPrimitives.ReadUInt32LittleEndian(record[8..]);
                if (length > PerfDataReader.MaximumFeatureSize)
                    _skip = length;
                else if (length > 0)
                    (_tracingData, _tracingDataRead) = (new byte[length], 0);
                break;
            case PerfRecordType.HeaderAttr:
                if (PerfEventAttr.TryRead(record[8..], out var attr, out int attrSize))
                    events.Add(attr, record[(8 + attrSize)..]);
                break;
            case PerfRecordType.HeaderFeature when record.Length >= 16:
                PerfFeatures.Read((int)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(record[8..]), 1000), record[16..], recording, events, spaces);
                onFeature();
                break;
            case PerfRecordType.EventUpdate when record.Length >= 24:
                const ulong UpdatesName = 2;
                if (BinaryPrimitives.ReadUInt64LittleEndian(record[8..]) == UpdatesName)
                    events.OnName(BinaryPrimitives.ReadUInt64LittleEndian(record[16..]), PerfFeatures.Text(record[24..]));
                break;
            case PerfRecordType.FinishedRound:
                sink.RoundFinished();
                break;
            default:
                decoder.ReadOther(type, record, sink);
                break;
        }
    }

    void Decompress(ReadOnlySpan<byte> payload, IEventSink sink)
    {
        if (isUnpacked)
        {
            recording.Flaws.Add(Where, "a compressed record stands inside another, which perf never writes", "it is left out");
            return;
        }
        if (zstd is null)
        {
            recording.Flaws.Add("compressed records", "there is no zstd here to read them", "they are left out");
            return;
        }
        _compressed ??= new CompressedRecords(
            zstd(), new RecordStream($"{(name.Length == 0 ? "" : $"{name}, ")}unpacked", recording, events, decoder, spaces, null, onFeature, isUnpacked: true));
        if (!_compressed.Read(payload, sink))
            recording.Flaws.Add(Where, "the zstd stream is damaged", "what was compressed after that place is left out");
    }

    int TakeTrailingBytes(ReadOnlySpan<byte> bytes)
    {
        if (_tracingData is null)
        {
            int skipped = (int)Math.Min(_skip, bytes.Length);
            _skip -= skipped;
            return skipped;
        }
        int taken = Math.Min(_tracingData.Length - _tracingDataRead, bytes.Length);
        bytes[..taken].CopyTo(_tracingData.AsSpan(_tracingDataRead));
        _tracingDataRead += taken;
        if (_tracingDataRead == _tracingData.Length)
        {
            events.OnTracingData(TracingData.Parse(_tracingData), recording.Flaws);
            _tracingData = null;
        }
        return taken;
    }

    // A size below 8 cannot be: the bytes are damaged here. Records are 8-aligned, so look for the next place where two
    // plausible records stand one behind the other.
    int Resynchronise(ReadOnlySpan<byte> bytes, int size)
    {
        int skip = 8;
        while (skip + 8 <= bytes.Length && !LooksLikeRecord(bytes[skip..]))
            skip += 8;
        recording.Flaws.Add(Where, $"a record says that it is {size} bytes long, which none can be", $"{skip} bytes are passed over");
        return Math.Min(skip, bytes.Length);
    }

    static bool LooksLikeRecord(ReadOnlySpan<byte> bytes)
    {
        uint type = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        int size = BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]);
        if (type is not (> 0 and < 32) and not (>= 64 and < 96) || size < 8 || size % 8 != 0)
            return false;
        return size + 8 > bytes.Length || BinaryPrimitives.ReadUInt16LittleEndian(bytes[(size + 6)..]) >= 8;
    }
}
