// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.PerfData.Writing;

/// <summary>One CPU's records out of two rings, in one order of time.</summary>
public static class MergedRecords
{
    /// <param name="backward">A ring that is written backward, its head first.</param>
    /// <param name="forward">Pieces of the other, oldest first, whole records each.</param>
    /// <param name="times">Knows both rings' events.</param>
    /// <param name="from">Records from before are left out, and those that have no time.</param>
    /// <param name="to">Records from after are left out.</param>
    public static byte[] Of(ReadOnlySpan<byte> backward, IEnumerable<byte[]> forward, RecordTimes times, KernelTime from, KernelTime to)
    {
        var merged = new PerfBytes();
        var kept = BackwardRecords.Find(backward);
        int next = 0;

        foreach (byte[] chunk in forward)
        {
            var rest = chunk.AsSpan();
            while (RecordTimes.SizeOf(rest) is var size and > 0)
            {
                var record = rest[..size];
                rest = rest[size..];
                if (times.Of(record) is not { } time || time < from || time > to)
                    continue;
                next = TakeUntil(time, backward);
                merged.Bytes(record);
            }
        }
        _ = TakeUntil(to, backward);
        return merged.ToMemory().ToArray();

        int TakeUntil(KernelTime time, ReadOnlySpan<byte> ring)
        {
            for (; next < kept.Count; next++)
            {
                var record = ring[kept[next]..];
                record = record[..RecordTimes.SizeOf(record)];
                var made = times.Of(record);
                if (made > time)
                    break;
                if (made >= from && made <= to)
                    merged.Bytes(record);
            }
            return next;
        }
    }
}
