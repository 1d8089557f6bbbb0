// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Globalization;
using System.Text;

namespace NetStall.Collapse;

/// <summary>Names as they may stand in a collapsed line: one line, no separator within, no escape codes, valid UTF-8.</summary>
static class SafeBytes
{
    // What is not plain in a name: control bytes, bytes of UTF-8, the separator, quotes, and what begins an offset, arguments or "->".
    static readonly SearchValues<byte> _notPlain = SearchValues.Create(NotPlain("+(;\"'-"));

    // The same within a comm, where blanks and quotes are to go too.
    static readonly SearchValues<byte> _notPlainInComm = SearchValues.Create(NotPlain("; "));

    static readonly SearchValues<byte> _hexDigits = SearchValues.Create("0123456789abcdef"u8);

    /// <summary>Where the first byte stands that asks for a closer look; -1 if none does.</summary>
    public static int FirstNotPlain(ReadOnlySpan<byte> name) => name.IndexOfAny(_notPlain);

    public static bool AreHexDigits(ReadOnlySpan<byte> text) => text.IndexOfAnyExcept(_hexDigits) < 0;

    /// <summary>Writes a comm, without the blanks around it; returns the length. Room needed: three times the comm's.</summary>
    public static int WriteComm(ReadOnlySpan<byte> comm, Span<byte> to)
    {
        comm = comm.Trim((byte)' ');
        if (comm.IndexOfAny(_notPlainInComm) < 0)
        {
            comm.CopyTo(to);
            return comm.Length;
        }
        return Write(comm, to, isComm: true);
    }

    /// <summary>Writes a part of a name; returns the length. Room needed: three times the part's.</summary>
    public static int WriteName(ReadOnlySpan<byte> name, Span<byte> to) => Write(name, to, isComm: false);

    static int Write(ReadOnlySpan<byte> text, Span<byte> to, bool isComm)
    {
        int length = 0;
        while (!text.IsEmpty)
        {
            byte b = text[0];
            if (b < 0x80)
            {
                text = text[1..];
                if (b is (byte)'"' or (byte)'\'' && !isComm)
                    continue;
                to[length++] = b switch
                {
                    (byte)';' => (byte)':',
                    (byte)' ' when isComm => (byte)'_',
                    < 0x20 or 0x7f => (byte)'_',
                    _ => b,
                };
                continue;
            }
            // Broken UTF-8 becomes U+FFFD, as it does wherever names become text.
            Rune.DecodeFromUtf8(text, out var rune, out int consumed);
            if (Prints(rune))
                length += rune.EncodeToUtf8(to[length..]);
            else
                to[length++] = (byte)'_';
            text = text[consumed..];
        }
        return length;
    }

    // U+009B begins an escape code as ESC [ does; marks that turn text around make a name look like another.
    static bool Prints(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    static byte[] NotPlain(string ascii)
    {
        var bytes = new List<byte> { 0x7f };
        for (int b = 0; b < 256; b++)
        {
            if (b is < 0x20 or >= 0x80 || ascii.Contains((char)b, StringComparison.Ordinal))
                bytes.Add((byte)b);
        }
        return [.. bytes];
    }
}
