// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Globalization;

namespace NetStall.Bundles;

/// <summary>What SHA-256 makes of a file. <c>default</c> is 64 zeros, which no file is known to have.</summary>
public readonly record struct Sha256Digest
{
    const int Digits = 64;

    static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdefABCDEF");

    readonly UInt128 _high, _low;

    internal Sha256Digest(UInt128 high, UInt128 low) => (_high, _low) = (high, low);

    /// <summary>Of bytes that are all there.</summary>
    public static Sha256Digest Of(ReadOnlySpan<byte> bytes)
    {
        var hash = new Sha256();
        hash.Append(bytes);
        return hash.Finish();
    }

    public static bool TryParse(ReadOnlySpan<char> text, out Sha256Digest digest)
    {
        digest = default;
        if (text.Length != Digits || text.ContainsAnyExcept(Hex)
            || !UInt128.TryParse(text[..32], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var high)
            || !UInt128.TryParse(text[32..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var low))
            return false;
        digest = new Sha256Digest(high, low);
        return true;
    }

    /// <summary>As <c>sha256sum</c> prints it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{_high:x32}{_low:x32}");
}
