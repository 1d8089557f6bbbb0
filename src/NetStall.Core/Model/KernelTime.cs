// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace NetStall.Model;

/// <summary>A moment on the recording's clock, in nanoseconds since that clock's zero (boot, usually).</summary>
/// <remarks>
/// Only times of one recording compare, and between CPUs only as well as the node's clock source allows.
/// <c>default</c> is the clock's zero; "not known" is <c>KernelTime?</c>.
/// </remarks>
public readonly record struct KernelTime(long Nanoseconds) : IComparable<KernelTime>
{
    /// <summary>How long from <paramref name="earlier"/> to <paramref name="later"/>; negative when they are swapped.</summary>
    public static Elapsed operator -(KernelTime later, KernelTime earlier) =>
        new(unchecked(later.Nanoseconds - earlier.Nanoseconds));

    public static KernelTime operator +(KernelTime time, Elapsed span) => new(unchecked(time.Nanoseconds + span.Nanoseconds));
    public static KernelTime operator -(KernelTime time, Elapsed span) => new(unchecked(time.Nanoseconds - span.Nanoseconds));
    public static bool operator <(KernelTime a, KernelTime b) => a.Nanoseconds < b.Nanoseconds;
    public static bool operator >(KernelTime a, KernelTime b) => a.Nanoseconds > b.Nanoseconds;
    public static bool operator <=(KernelTime a, KernelTime b) => a.Nanoseconds <= b.Nanoseconds;
    public static bool operator >=(KernelTime a, KernelTime b) => a.Nanoseconds >= b.Nanoseconds;

    public int CompareTo(KernelTime other) => Nanoseconds.CompareTo(other.Nanoseconds);

    public static KernelTime Min(KernelTime a, KernelTime b) => a <= b ? a : b;
    public static KernelTime Max(KernelTime a, KernelTime b) => a >= b ? a : b;

    /// <summary>Seconds and microseconds as perf and ftrace print them: <c>9.942855</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Nanoseconds / 1_000_000_000}.{Nanoseconds % 1_000_000_000 / 1000:D6}");
}
