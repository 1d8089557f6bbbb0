// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Recordings;

namespace NetStall.PerfData;

/// <summary>One <c>data.N</c> of perf's directory format (<c>perf record --threads</c>): bare records, described by the main file.</summary>
sealed class PerfDataPart(Recording recording, IByteSource part, RecordStream records, Action onEnd) : IRecordingReader
{
    readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(256 * 1024);
    int _left;
    bool _ended;

    public Recording Recording => recording;
    public long BytesRead { get; private set; }

    public bool ReadSome(IEventSink sink)
    {
        if (_ended)
            return false;
        int n = part.Read(_buffer.AsSpan(_left));
        if (n <= 0)
        {
            _ended = true;
            records.Finish(_left);
            onEnd();
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
