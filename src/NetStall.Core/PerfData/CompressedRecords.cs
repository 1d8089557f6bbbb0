// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.PerfData;

/// <summary>The records inside COMPRESSED records: one zstd stream over all of them; a record may straddle two.</summary>
sealed class CompressedRecords(IZstdStream stream) : IDisposable
{
    byte[] _plain = new byte[1 << 20];
    int _length;
    bool _damaged;

    /// <summary>Decompresses one payload and hands over the whole records in it. False once, when the stream proves damaged.</summary>
    public bool Read(ReadOnlySpan<byte> payload, PerfDataReader reader, IEventSink sink)
    {
        if (_damaged)
            return true;
        while (true)
        {
            if (!stream.TryDecompress(payload, _plain.AsSpan(_length), out int consumed, out int produced))
            {
                _damaged = true;
                return false;
            }
            payload = payload[consumed..];
            _length += produced;

            int used = reader.ReadRecords(_plain.AsSpan(0, _length), sink);
            _plain.AsSpan(used, _length - used).CopyTo(_plain);
            _length -= used;

            bool filled = _length == _plain.Length;
            if (filled)
                Array.Resize(ref _plain, _plain.Length * 2);
            if (payload.IsEmpty && !filled && produced == 0)
                return true;
            if (consumed == 0 && produced == 0)
                return payload.IsEmpty;
        }
    }

    public void Dispose() => stream.Dispose();
}
