// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.PerfData;

/// <summary>The records inside COMPRESSED records: one zstd stream over all of them; a record may straddle two.</summary>
sealed class CompressedRecords(IZstdStream zstd, RecordStream records)
{
    byte[] _plain = new byte[1 << 20];
    int _length;
    bool _damaged;

    /// <summary>Decompresses one payload and reads the whole records in it. False once, when the stream proves damaged.</summary>
    public bool Read(ReadOnlySpan<byte> payload, IEventSink sink)
    {
        if (_damaged)
            return true;
        while (true)
        {
            bool sound = zstd.TryDecompress(payload, _plain.AsSpan(_length), out int consumed, out int produced);
            payload = payload[consumed..];
            _length += produced;

            int used = records.Read(_plain.AsSpan(0, _length), sink);
            _plain.AsSpan(used, _length - used).CopyTo(_plain);
            _length -= used;

            bool filled = _length == _plain.Length;
            if (filled)
                Array.Resize(ref _plain, _plain.Length * 2);
            if (sound && payload.IsEmpty && !filled && produced == 0)
                return true;
            if (!sound || (consumed == 0 && produced == 0 && !filled))
            {
                _damaged = true;
                return false;
            }
        }
    }

    /// <summary>No payload comes any more.</summary>
    public void Finish()
    {
        if (!_damaged)
            records.Finish(_length);
        zstd.Dispose();
    }
}
