// SPDX-License-Identifier: Apache-2.0
using NetStall.Ftrace;
using NetStall.PerfScript;

namespace NetStall.Detection;

/// <summary>Tells the text formats apart by their first lines.</summary>
public static class TextFormat
{
    const int MostLines = 400;

    // One line in so many. Newlines in comms leave half of the lines without a head.
    const int LeastShare = 4;

    /// <summary>What the lines are; unknown unless a good part of them are one or the other.</summary>
    /// <param name="firstBytes">Some 64 KB: the head of <c>perf script --header</c> can be long.</param>
    public static TextFormatKind Detect(ReadOnlySpan<byte> firstBytes)
    {
        // Neither prints NUL: that is a binary file, or UTF-16.
        if (firstBytes.IndexOf((byte)0) >= 0)
            return TextFormatKind.Unknown;
        // tracefs says who it is, also when it recorded nothing.
        if (firstBytes.StartsWith("# tracer:"u8))
            return TextFormatKind.Ftrace;
        int perf = 0, ftrace = 0, others = 0;
        while (!firstBytes.IsEmpty && perf + ftrace + others < MostLines)
        {
            int end = firstBytes.IndexOf((byte)'\n');
            var line = end < 0 ? firstBytes : firstBytes[..end];
            firstBytes = end < 0 ? default : firstBytes[(end + 1)..];
            line = line.TrimEnd((byte)'\r');
            // Frames and source lines begin with blanks, and may be more than all else.
            if (line.IsEmpty || line[0] is (byte)'#' or (byte)'\t')
                continue;
            if (HeaderLine.TryRead(line, out var header) && LooksReal(header))
                perf++;
            else if (EntryLine.TryRead(line, out var entry) && !entry.Event.IsEmpty)
                ftrace++;
            else if (line[0] != ' ')
                others++;
        }
        // A page about such texts shows some of their lines too.
        int most = Math.Max(perf, ftrace);
        if (most == 0 || most * LeastShare < perf + ftrace + others)
            return TextFormatKind.Unknown;
        return perf >= ftrace ? TextFormatKind.PerfScript : TextFormatKind.Ftrace;
    }

    // Logs too have lines with a time and a colon.
    static bool LooksReal(in HeaderLine header) => header.Tid is not null
        ? !header.Event.IsEmpty || header.Cpu is not null
        : EventNames.IsTimer(header.Event) is not null;
}
