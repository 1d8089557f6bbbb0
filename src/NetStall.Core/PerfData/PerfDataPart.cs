// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Recordings;

namespace NetStall.PerfData;

/// <summary>One <c>data.N</c> of perf's directory format (<c>perf record --threads</c>): bare records, described by the main file.</summary>
sealed class PerfDataPart(Recording recording, IByteSource part, RecordStream records) : IRecordingReader
{
    readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(256 * 1024);
    int _left;

    public Recording Recording => recording;
    public long BytesRead { get; private set; }

    public bool ReadSome(IEventSink sink)
    {
        int n = part.Read(_buffer.AsSpan(_left));
        if (n <= 0)
        {
            records.Finish(_left);
            return false;
        }
        BytesRead += n;
        int length = _left + n;
        int used = records.Read(_buffer.AsSpan(0, length), sink);
        _left = length - used;
        _buffer.AsSpan(used, _left).CopyTo(_buffer);
        return true;
    }
}
