// SPDX-License-Identifier: Apache-2.0
using NetStall.Texts;

namespace NetStall.Ftrace;

/// <summary>Where a CPU's ring was full: the line stands before the first entry after the loss.</summary>
static class LostLine
{
    // CPU:1 [LOST 154 EVENTS]      CPU:1 [LOST EVENTS]         tracefs
    // CPU:1 [154 EVENTS DROPPED]   CPU:1 [EVENTS DROPPED]      trace-cmd report
    /// <summary>Reads such a line. <paramref name="count"/> is at least 1: some were lost, even where it is not told how many.</summary>
    public static bool TryRead(ReadOnlySpan<byte> line, out int cpu, out int count)
    {
        cpu = 0;
        count = 1;
        var p = new PayloadCursor(line);
        if (!p.Skip("CPU:"u8) || !p.TryInt(out cpu) || cpu < 0 || !p.Skip(" ["u8))
            return false;
        bool isTracefs = p.Skip("LOST"u8);
        p.SkipBlanks();
        if (p.TryInt(out int told))
            count = Math.Max(told, 1);
        p.SkipBlanks();
        return p.Skip(isTracefs ? "EVENTS]"u8 : "EVENTS DROPPED]"u8);
    }
}
