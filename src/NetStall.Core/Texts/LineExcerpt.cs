// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace NetStall.Texts;

/// <summary>The beginning of a line, for a sentence about it.</summary>
static class LineExcerpt
{
    const int Longest = 40;

    public static string Of(ReadOnlySpan<byte> line)
    {
        var text = new StringBuilder("`");
        foreach (byte b in line[..Math.Min(line.Length, Longest)])
            text.Append(b is >= 0x20 and < 0x7f ? (char)b : '?');
        return text.Append(line.Length > Longest ? "…`" : "`").ToString();
    }
}
