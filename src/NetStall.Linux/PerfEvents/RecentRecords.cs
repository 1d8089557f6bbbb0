// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Linux.PerfEvents;

/// <summary>The last seconds of one ring that is emptied as it fills: whole records, oldest first, up to a number of bytes.</summary>
sealed class RecentRecords(int mostBytes)
{
    readonly Queue<(KernelTime Read, byte[] Bytes)> _chunks = new();
    int _length;

    /// <summary>Chunks that had to go before their time, because more came than was allowed for.</summary>
    public long Crowded { get; private set; }

    public IEnumerable<byte[]> Chunks => _chunks.Select(c => c.Bytes);

    /// <param name="now">When it was read: what is in it is older.</param>
    /// <param name="records">Copied.</param>
    /// <param name="keep">How long it may be wanted.</param>
    public void Add(KernelTime now, ReadOnlySpan<byte> records, Elapsed keep)
    {
        _chunks.Enqueue((now, records.ToArray()));
        _length += records.Length;
        while (_chunks.TryPeek(out var oldest) && (now - oldest.Read > keep || _length > mostBytes))
        {
            if (now - oldest.Read <= keep)
                Crowded++;
            _chunks.Dequeue();
            _length -= oldest.Bytes.Length;
        }
    }
}
