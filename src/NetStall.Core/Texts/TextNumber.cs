// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Texts;

/// <summary>Numbers as both text formats print them. Nothing here throws, and nothing depends on a culture.</summary>
static class TextNumber
{
    // Some 290 years of nanoseconds fit a long; a clock that says more is no clock.
    const long MostSeconds = 9_000_000_000;

    public static bool IsDigit(byte b) => (uint)(b - '0') <= 9;

    public static bool IsHexDigit(byte b) => IsDigit(b) || (uint)((b | 0x20) - 'a') <= 5;

    /// <summary>How many digits the bytes begin with.</summary>
    public static int CountDigits(ReadOnlySpan<byte> text)
    {
        int i = 0;
        while (i < text.Length && IsDigit(text[i]))
            i++;
        return i;
    }

    public static int CountHexDigits(ReadOnlySpan<byte> text)
    {
        int i = 0;
        while (i < text.Length && IsHexDigit(text[i]))
            i++;
        return i;
    }

    /// <summary>Seconds and a fraction of six or nine digits, in nanoseconds.</summary>
    /// <remarks>Never by way of double: after some 100 days of uptime its steps are wider than a nanosecond.</remarks>
    public static bool TryTime(ReadOnlySpan<byte> field, out long nanoseconds)
    {
        nanoseconds = 0;
        int dot = field.Length - 7;
        int scale = 1000;
        if (dot < 1 || field[dot] != '.')
        {
            dot = field.Length - 10;
            scale = 1;
            if (dot < 1 || field[dot] != '.')
                return false;
        }
        if (!TryLong(field[..dot], out long seconds) || seconds > MostSeconds || !TryLong(field[(dot + 1)..], out long fraction))
            return false;
        nanoseconds = seconds * 1_000_000_000 + fraction * scale;
        return true;
    }

    /// <summary>All of the bytes as a number without sign.</summary>
    public static bool TryLong(ReadOnlySpan<byte> digits, out long value)
    {
        value = 0;
        if (digits.Length is 0 or > 18)
            return false;
        foreach (byte b in digits)
        {
            if (!IsDigit(b))
                return false;
            value = value * 10 + (b - '0');
        }
        return true;
    }

    /// <summary>All of the bytes as a number that may be negative.</summary>
    public static bool TryInt(ReadOnlySpan<byte> text, out int value)
    {
        bool negative = text is [(byte)'-', ..];
        bool ok = TryLong(negative ? text[1..] : text, out long magnitude) && magnitude <= int.MaxValue;
        value = ok ? (int)(negative ? -magnitude : magnitude) : 0;
        return ok;
    }

    /// <summary>The hexadecimal digits that the bytes begin with, at most 16; returns how many.</summary>
    public static int ReadHex(ReadOnlySpan<byte> text, out ulong value)
    {
        value = 0;
        int i = 0;
        for (; i < text.Length && i < 16; i++)
        {
            byte b = text[i];
            uint digit = (uint)(b - '0');
            if (digit > 9)
            {
                digit = (uint)((b | 0x20) - 'a') + 10;
                if (digit is < 10 or > 15)
                    break;
            }
            value = value << 4 | digit;
        }
        return i;
    }
}
