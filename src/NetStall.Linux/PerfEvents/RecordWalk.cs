// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using NetStall.Model;
using NetStall.PerfData.Writing;

namespace NetStall.Linux.PerfEvents;

/// <summary>Counts records as they pass, by their heads alone.</summary>
sealed class RecordWalk
{
    const uint Lost = 2, Throttle = 5, Sample = 9, LostSamples = 13;

    readonly Dictionary<ulong, PerfEventSpec> _byId = [];
    readonly Dictionary<CpuId, long> _lostByCpu = [];
    long _bytes, _samples, _tracepoints, _lost, _throttled;
    KernelTime? _first, _last;

    public IReadOnlyDictionary<CpuId, long> LostByCpu => _lostByCpu;
    public RecorderCounts Counts(long stalls, Elapsed worst) => new(_bytes, _samples, _tracepoints, _lost, _throttled, stalls, worst, Span);

    public (KernelTime First, KernelTime Last)? Span => _first is { } first && _last is { } last ? (first, last) : null;

    public void Add(IEnumerable<RecordedSpec> events)
    {
        foreach (var e in events)
        {
            foreach (ulong id in e.Ids)
                _byId.Add(id, e.Spec);
        }
    }

    /// <param name="cpu">Whose ring it was.</param>
    /// <param name="bytes">Whole records.</param>
    public void Pass(CpuId cpu, ReadOnlySpan<byte> bytes)
    {
        _bytes += bytes.Length;
        ReadOnlySpan<byte> lastSample = default;
        bool seenOne = false;
        while (bytes.Length >= 8)
        {
            uint type = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            int size = BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]);
            if (size < 8 || size > bytes.Length)
                break;
            switch (type)
            {
                case Sample:
                    lastSample = bytes[..size];
                    if (SpecOf(lastSample) is { } spec)
                    {
                        if (spec.Raw)
                            _tracepoints++;
                        else
                            _samples++;
                    }
                    if (!seenOne)
                        OnTime(lastSample);
                    seenOne = true;
                    break;
                case Lost when size >= 24:
                    OnLost(cpu, BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]));
                    break;
                case LostSamples when size >= 16:
                    OnLost(cpu, BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]));
                    break;
                case Throttle:
                    _throttled++;
                    break;
            }
            bytes = bytes[size..];
        }
        OnTime(lastSample);
    }

    PerfEventSpec? SpecOf(ReadOnlySpan<byte> sample) =>
        sample.Length >= 16 ? _byId.GetValueOrDefault(BinaryPrimitives.ReadUInt64LittleEndian(sample[8..])) : null;

    void OnTime(ReadOnlySpan<byte> sample)
    {
        if (SpecOf(sample) is not { } spec || sample.Length < spec.TimeOffset + 8)
            return;
        var time = new KernelTime(BinaryPrimitives.ReadInt64LittleEndian(sample[spec.TimeOffset..]));
        if (_first is null || time < _first)
            _first = time;
        if (_last is null || time > _last)
            _last = time;
    }

    void OnLost(CpuId cpu, long count)
    {
        _lost += count;
        _lostByCpu[cpu] = _lostByCpu.GetValueOrDefault(cpu) + count;
    }
}
