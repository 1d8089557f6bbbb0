// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace NetStall.Symbols;

/// <summary>The functions that a just-in-time compiler made: <c>/tmp/perf-PID.map</c>.</summary>
public sealed class PerfMap
{
    readonly FunctionRanges _functions;

    PerfMap(FunctionRanges functions, int malformedLines)
    {
        _functions = functions;
        MalformedLines = malformedLines;
    }

    public int Count => _functions.Count;

    public int MalformedLines { get; }

    /// <summary>Reads the file's text. Never fails: lines that cannot be read are counted.</summary>
    /// <remarks>Where two lines begin at one address the later one counts: the compiler used the place again.</remarks>
    public static PerfMap Parse(ReadOnlySpan<byte> text)
    {
        // 7f3b4c001000 2c0 LazyCompile:*handler /srv/app.js:12
        // start        size name to the end of the line, blanks and all
        byte[] names = text.ToArray();
        var found = new List<FunctionRanges.Range>();
        int malformed = 0;
        for (int at = 0; at < text.Length;)
        {
            var line = text[at..];
            int newline = line.IndexOf((byte)'\n');
            if (newline >= 0)
                line = line[..newline];
            int next = at + line.Length + 1;
            line = line.TrimEnd("\r \t"u8);

            int used = 0;
            if (TryHex(line, ref used, out ulong start) && TryHex(line, ref used, out ulong size) && used < line.Length)
                found.Add(new FunctionRanges.Range(start, KernelAreas.Add(start, size), at + used, line.Length - used));
            else if (line.Length > 0)
                malformed++;
            at = next;
        }

        // Stable, so that of equals the last stays last.
        var sorted = found.OrderBy(f => f.Start).ToArray();
        int kept = 0;
        for (int i = 0; i < sorted.Length; i++)
        {
            if (i + 1 == sorted.Length || sorted[i + 1].Start != sorted[i].Start)
                sorted[kept++] = sorted[i];
        }
        return new PerfMap(new FunctionRanges(sorted[..kept], names), malformed);
    }

    public bool TryFind(ulong address, out string function, out ulong offset) => _functions.TryFind(address, out function, out offset);

    // A number and the blank after it.
    static bool TryHex(ReadOnlySpan<byte> line, ref int used, out ulong value)
    {
        var rest = line[used..];
        int blank = rest.IndexOf((byte)' ');
        value = 0;
        if (blank <= 0)
            return false;
        used += blank + 1;
        var digits = rest[..blank];
        if (digits is [(byte)'0', (byte)'x' or (byte)'X', ..])
            digits = digits[2..];
        return ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }
}
