// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace NetStall.Recordings;

/// <summary>The first two numbers of <c>uname -r</c>. What a kernel calls itself; distributions move patches, so judge by behaviour where you can.</summary>
public readonly record struct KernelRelease(int Major, int Minor) : IComparable<KernelRelease>
{
    /// <summary><c>6.1.0-50-cloud-amd64</c> is 6.1; null when it does not begin with two numbers.</summary>
    public static KernelRelease? Parse(string? release)
    {
        if (release is null)
            return null;
        int dot = release.IndexOf('.', StringComparison.Ordinal);
        if (dot <= 0 || !int.TryParse(release.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out int major))
            return null;
        int end = dot + 1;
        while (end < release.Length && char.IsAsciiDigit(release[end]))
            end++;
        return int.TryParse(release.AsSpan(dot + 1, end - dot - 1), NumberStyles.None, CultureInfo.InvariantCulture, out int minor)
            ? new KernelRelease(major, minor)
            : null;
    }

    public int CompareTo(KernelRelease other) => (Major, Minor).CompareTo((other.Major, other.Minor));
    public static bool operator <(KernelRelease a, KernelRelease b) => a.CompareTo(b) < 0;
    public static bool operator >(KernelRelease a, KernelRelease b) => a.CompareTo(b) > 0;
    public static bool operator <=(KernelRelease a, KernelRelease b) => a.CompareTo(b) <= 0;
    public static bool operator >=(KernelRelease a, KernelRelease b) => a.CompareTo(b) >= 0;
}
