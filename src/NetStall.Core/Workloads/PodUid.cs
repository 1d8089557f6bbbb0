// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace NetStall.Workloads;

/// <summary>A pod's uid as the kubelet knows it, whatever its cgroup's name made of the dashes.</summary>
/// <remarks>
/// Of two kinds: a UUID, as the API server hands out, and 32 digits without dashes, which the kubelet reckons for static pods
/// from their manifest. The API shows the latter as annotation <c>kubernetes.io/config.hash</c>, under another uid.
/// <c>default</c> is 32 zeros without dashes, which nobody hands out.
/// </remarks>
public readonly record struct PodUid
{
    const int Digits = 32, UuidLength = 36;

    readonly UInt128 _value;
    readonly bool _hasDashes;

    PodUid(UInt128 value, bool hasDashes) => (_value, _hasDashes) = (value, hasDashes);

    // The systemd driver writes _ for -, since - in a slice's name means a folder:
    //
    //     11111111-2222-3333-4444-555555555555     11111111_2222_3333_4444_555555555555     0123456789abcdef0123456789abcdef
    public static bool TryParse(ReadOnlySpan<char> text, out PodUid uid)
    {
        uid = default;
        if (text.Length is not (Digits or UuidLength))
            return false;

        bool hasDashes = text.Length == UuidLength;
        Span<char> digits = stackalloc char[Digits];
        int n = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (!hasDashes || i is not (8 or 13 or 18 or 23))
                digits[n++] = text[i];
            else if (text[i] is not ('-' or '_'))
                return false;
        }
        if (digits.ContainsAnyExcept(ContainerId.HexDigits)
            || !UInt128.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            return false;
        uid = new PodUid(value, hasDashes);
        return true;
    }

    public static bool TryParse(ReadOnlySpan<byte> text, out PodUid uid)
    {
        uid = default;
        if (text.Length is not (Digits or UuidLength))
            return false;
        Span<char> chars = stackalloc char[text.Length];
        for (int i = 0; i < text.Length; i++)
            chars[i] = (char)text[i];
        return TryParse(chars, out uid);
    }

    /// <summary>In lower case, with dashes if it is a UUID.</summary>
    public override string ToString()
    {
        string digits = _value.ToString("x32", CultureInfo.InvariantCulture);
        return _hasDashes ? $"{digits[..8]}-{digits[8..12]}-{digits[12..16]}-{digits[16..20]}-{digits[20..]}" : digits;
    }
}
