// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace NetStall.PerfData.Writing;

/// <summary>A tracepoint's description as tracefs has it.</summary>
/// <param name="System"><c>sched</c></param>
/// <param name="Format">Of <c>events/sched/sched_switch/format</c>.</param>
public sealed record TracepointFormat(string System, ReadOnlyMemory<byte> Format);

/// <summary>Writes perf's TRACING_DATA: what a reader needs to find a tracepoint's fields (tools/perf/util/trace-event-info.c).</summary>
public static class TracingDataWriter
{
    /// <param name="headerPage">Of <c>events/header_page</c>; perf demands it, although it is about ftrace's own pages.</param>
    /// <param name="headerEvent">Of <c>events/header_event</c>.</param>
    /// <param name="tracepoints">Those recorded.</param>
    /// <param name="pageSize">Of the recording machine.</param>
    public static ReadOnlyMemory<byte> Write(ReadOnlySpan<byte> headerPage, ReadOnlySpan<byte> headerEvent, IReadOnlyList<TracepointFormat> tracepoints, int pageSize)
    {
        const byte LittleEndian = 0, LongSize = 8;
        var bytes = new PerfBytes().Bytes("\x17\x08\x44tracing"u8).Bytes("0.6\0"u8).U8(LittleEndian).U8(LongSize).S32(pageSize);
        bytes.Bytes("header_page\0"u8).U64((ulong)headerPage.Length).Bytes(headerPage);
        bytes.Bytes("header_event\0"u8).U64((ulong)headerEvent.Length).Bytes(headerEvent);
        bytes.U32(0); // no formats of ftrace's own events

        var systems = tracepoints.GroupBy(t => t.System).ToList();
        bytes.U32((uint)systems.Count);
        foreach (var system in systems)
        {
            bytes.Bytes(Encoding.UTF8.GetBytes(system.Key + "\0")).U32((uint)system.Count());
            foreach (var tracepoint in system)
                bytes.U64((ulong)tracepoint.Format.Length).Bytes(tracepoint.Format.Span);
        }
        bytes.U32(0);                        // kallsyms: perf stopped writing it, since it can be megabytes
        bytes.U32(0);                        // formats of trace_printk
        bytes.U64(0);                        // saved command lines: COMM records tell them
        return bytes.ToMemory();
    }
}
