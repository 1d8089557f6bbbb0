// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Text;

namespace NetStall.PerfData;

/// <summary>perf's TRACING_DATA: the format files of the recorded tracepoints, and sometimes the node's kallsyms.</summary>
sealed class TracingData
{
    readonly Dictionary<int, TraceEventFormat> _formats = [];

    public IReadOnlyDictionary<int, TraceEventFormat> Formats => _formats;

    /// <summary>The recording node's kallsyms text; empty from perf, which stopped writing it.</summary>
    public byte[] Kallsyms { get; private set; } = [];

    /// <summary>What was wrong with it, in words; null when all of it was understood.</summary>
    public string? Trouble { get; private set; }

    // 17 08 44 "tracing" · version NUL · u8 endian · u8 long size · u32 page size
    // "header_page" NUL u64 size … · "header_event" NUL u64 size …
    // u32 n, n times: u64 size, text        (ftrace's own formats)
    // u32 n, n times: system NUL, u32 m, m times: u64 size, text
    // u32 size kallsyms · u32 size printk formats · [0.6: u64 size saved cmdlines]
    public static TracingData Parse(ReadOnlySpan<byte> bytes)
    {
        var data = new TracingData();
        if (!bytes.StartsWith("\x17\x08\x44tracing"u8))
        {
            data.Trouble = "it does not begin as tracing data does";
            return data;
        }
        var cursor = new Cursor(bytes[10..]);
        bool whole = data.TryParse(ref cursor);
        if (!whole)
            data.Trouble ??= "it ends too early";
        return data;
    }

    bool TryParse(ref Cursor cursor)
    {
        if (!cursor.TryString(out _) || !cursor.TryBytes(2, out var order) || !cursor.TryUInt32(out _))
            return false;
        if (order[0] != 0)
        {
            Trouble = "it was written by a big-endian node";
            return false;
        }
        if (!SkipBlob(ref cursor) || !SkipBlob(ref cursor))
            return false;

        if (!cursor.TryUInt32(out uint ftraceFormats))
            return false;
        for (uint i = 0; i < ftraceFormats; i++)
        {
            if (!cursor.TrySized64(out _))
                return false;
        }

        if (!cursor.TryUInt32(out uint systems))
            return false;
        for (uint i = 0; i < systems; i++)
        {
            if (!cursor.TryString(out var system) || !cursor.TryUInt32(out uint events))
                return false;
            string systemName = Encoding.UTF8.GetString(system);
            for (uint k = 0; k < events; k++)
            {
                if (!cursor.TrySized64(out var text))
                    return false;
                if (TraceEventFormat.Parse(systemName, text) is { } format)
                    _formats[format.Id] = format;
            }
        }

        if (!cursor.TryUInt32(out uint kallsyms) || !cursor.TryBytes(kallsyms, out var symbols))
            return false;
        Kallsyms = symbols.ToArray();
        return true;
    }

    static bool SkipBlob(ref Cursor cursor) => cursor.TryString(out _) && cursor.TrySized64(out _);

    ref struct Cursor(ReadOnlySpan<byte> rest)
    {
        ReadOnlySpan<byte> _rest = rest;

        public bool TryBytes(ulong count, out ReadOnlySpan<byte> bytes)
        {
            bytes = default;
            if (count > (ulong)_rest.Length)
                return false;
            bytes = _rest[..(int)count];
            _rest = _rest[(int)count..];
            return true;
        }

        public bool TryUInt32(out uint value)
        {
            bool ok = TryBytes(4, out var bytes);
            value = ok ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : 0;
            return ok;
        }

        public bool TrySized64(out ReadOnlySpan<byte> bytes)
        {
            bytes = default;
            return TryBytes(8, out var size) && TryBytes(BinaryPrimitives.ReadUInt64LittleEndian(size), out bytes);
        }

        public bool TryString(out ReadOnlySpan<byte> text)
        {
            int nul = _rest.IndexOf((byte)0);
            text = default;
            if (nul < 0)
                return false;
            text = _rest[..nul];
            _rest = _rest[(nul + 1)..];
            return true;
        }
    }
}
