// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Globalization;

namespace NetStall.Workloads;

/// <summary>A container as its runtime numbers it: 256 bits, written as 64 hex digits.</summary>
/// <remarks>A pod's sandbox (<c>pause</c>) has such an id too. <c>default</c> is 64 zeros, which no runtime hands out.</remarks>
public readonly record struct ContainerId
{
    /// <summary>How many digits an id has, never fewer: short ids are for typing, not for naming.</summary>
    public const int Digits = 64;

    // Asked first, since number parsing forgives NULs at the end.
    internal static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    readonly UInt128 _high, _low;

    ContainerId(UInt128 high, UInt128 low) => (_high, _low) = (high, low);

    public static bool TryParse(ReadOnlySpan<char> text, out ContainerId id)
    {
        id = default;
        if (text.Length != Digits || text.ContainsAnyExcept(HexDigits)
            || !UInt128.TryParse(text[..32], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var high)
            || !UInt128.TryParse(text[32..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var low))
            return false;
        id = new ContainerId(high, low);
        return true;
    }

    public static bool TryParse(ReadOnlySpan<byte> text, out ContainerId id)
    {
        id = default;
        if (text.Length != Digits)
            return false;
        Span<char> digits = stackalloc char[Digits];
        for (int i = 0; i < Digits; i++)
            digits[i] = (char)text[i];
        return TryParse(digits, out id);
    }

    /// <summary>All 64 digits, in lower case.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{_high:x32}{_low:x32}");

    /// <summary>The first 12 digits, as crictl and docker list containers.</summary>
    public string Short => ToString()[..12];
}
