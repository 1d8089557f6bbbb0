// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Recordings;

namespace NetStall.PerfData;

/// <summary>One <c>data.N</c> of perf's directory format (<c>perf record --threads</c>): bare records, described by the main file.</summary>
sealed class PerfDataPart(PerfDataReader main, IByteSource part) : IRecordingReader
{
    readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(256 * 1024);
    int _left;

    public Recording Recording => main.Recording;
    public long BytesRead { get; private set; }

    public bool ReadSome(IEventSink sink)
    {
        int n = part.Read(_buffer.AsSpan(_left));
        if (n <= 0)
        {
            if (_left > 0)
                Recording.Flaws.Add(part.Name, "it ends in the middle of a record", "that record is left out");
            return false;
        }
        BytesRead += n;
        int length = _left + n;
        int used = main.ReadRecords(_buffer.AsSpan(0, length), sink);
        _left = length - used;
        _buffer.AsSpan(used, _left).CopyTo(_buffer);
        return true;
    }
}
