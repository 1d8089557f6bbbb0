// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using NetStall.Model;
using NetStall.PerfData.Writing;
using NetStall.Recordings;
using NetStall.Symbols;

namespace NetStall.PerfData;

/// <summary>Reads the records of our own events as they come out of the rings, before any file holds them.</summary>
/// <remarks>
/// Samples, tracepoints and losses alone: what side records tell would be kept, and a recorder may run for weeks. Names of tasks that
/// tracepoints carry are kept once each.
/// </remarks>
public sealed class PerfLiveReader
{
    const int HeaderSize = 8;

    readonly RecordDecoder _decoder;

    /// <param name="events">As they were opened.</param>
    /// <param name="tracingData">Their formats, by <see cref="TracingDataWriter"/>.</param>
    /// <param name="kernelRelease"><c>uname -r</c>: which of the flags means what depends on it.</param>
    public PerfLiveReader(IReadOnlyList<RecordedSpec> events, ReadOnlySpan<byte> tracingData, string? kernelRelease)
    {
        Recording = new Recording("this node") { Format = "perf rings", KernelRelease = kernelRelease };
        var registry = new EventRegistry(Recording);
        registry.OnTracingData(TracingData.Parse(tracingData), Recording.Flaws);
        Span<byte> bytes = stackalloc byte[PerfEventSpec.AttrSize];
        Span<byte> id = stackalloc byte[8];
        foreach (var e in events)
        {
            e.Spec.WriteAttr(bytes);
            if (!PerfEventAttr.TryRead(bytes, out var attr, out _))
                throw new InvalidOperationException($"The description of {e.Spec.Name} is none.");
            RecordedEvent? added = null;
            foreach (ulong one in e.Ids)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(id, one);
                if (added is null)
                    added = registry.Add(attr, id);
                else
                    registry.AddIds(added, id);
            }
        }
        _decoder = new RecordDecoder(Recording, registry, new AddressSpaces());
    }

    /// <summary>What is known of the events; names are those that tracepoints carry.</summary>
    public Recording Recording { get; }

    /// <param name="records">Whole records of one ring, in its order. What is none ends the reading.</param>
    /// <param name="sink">Takes the events; a record's call chain is valid during the call only.</param>
    public void Read(ReadOnlySpan<byte> records, IEventSink sink)
    {
        while (records.Length >= HeaderSize)
        {
            int size = BinaryPrimitives.ReadUInt16LittleEndian(records[6..]);
            if (size < HeaderSize || size > records.Length)
                return;
            var type = (PerfRecordType)BinaryPrimitives.ReadUInt32LittleEndian(records);
            if (type == PerfRecordType.Sample)
                _decoder.ReadSample(records[..size], sink);
            else if (type is PerfRecordType.Lost or PerfRecordType.LostSamples or PerfRecordType.Throttle or PerfRecordType.Unthrottle)
                _decoder.ReadOther(type, records[..size], sink);
            records = records[size..];
        }
    }
}
