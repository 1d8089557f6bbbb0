// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;

namespace NetStall.Reports;

/// <summary>Names from a recording, made safe to print on a terminal: a comm may hold newlines, escape codes and marks that turn text around.</summary>
public static class Visible
{
    /// <summary>The text with everything that would not print as itself written out: <c>\n</c>, <c>\x1b</c>, <c>\u202e</c>.</summary>
    public static string Of(string text)
    {
        foreach (char c in text)
        {
            if (!Prints(c))
                return Escape(text);
        }
        return text;
    }

    static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length + 16);
        foreach (char c in text)
        {
            if (Prints(c))
                escaped.Append(c);
            else if (c == '\n')
                escaped.Append("\\n");
            else if (c == '\t')
                escaped.Append("\\t");
            else if (c < 0x100)
                escaped.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}");
            else
                escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
        }
        return escaped.ToString();
    }

    // Format characters hold the bidi marks and the invisible ones.
    static bool Prints(char c) => char.GetUnicodeCategory(c) is not (UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}
