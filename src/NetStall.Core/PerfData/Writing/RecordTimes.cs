// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using NetStall.Model;

namespace NetStall.PerfData.Writing;

/// <summary>When records of our own events were made, told by their bytes alone.</summary>
public sealed class RecordTimes
{
    const int HeaderSize = 8, EndSize = 32, TimeBeforeEnd = 24;
    const uint Sample = (uint)PerfRecordType.Sample;

    readonly Dictionary<ulong, PerfEventSpec> _byId = [];

    public RecordTimes(IEnumerable<RecordedSpec> events)
    {
        foreach (var e in events)
        {
            foreach (ulong id in e.Ids)
                _byId.Add(id, e.Spec);
        }
    }

    /// <summary>Its length; 0 where no record begins.</summary>
    public static int SizeOf(ReadOnlySpan<byte> record)
    {
        if (record.Length < HeaderSize)
            return 0;
        int size = BinaryPrimitives.ReadUInt16LittleEndian(record[6..]);
        return size >= HeaderSize && size <= record.Length ? size : 0;
    }

    /// <summary>Null where it has none, or is none of ours.</summary>
    public KernelTime? Of(ReadOnlySpan<byte> record)
    {
        if (BinaryPrimitives.ReadUInt32LittleEndian(record) == Sample)
        {
            if (record.Length < HeaderSize + 8 || !_byId.TryGetValue(BinaryPrimitives.ReadUInt64LittleEndian(record[HeaderSize..]), out var spec) || record.Length < spec.TimeOffset + 8)
                return null;
            return new KernelTime(BinaryPrimitives.ReadInt64LittleEndian(record[spec.TimeOffset..]));
        }
        return record.Length >= HeaderSize + EndSize ? new KernelTime(BinaryPrimitives.ReadInt64LittleEndian(record[^TimeBeforeEnd..])) : null;
    }
}
