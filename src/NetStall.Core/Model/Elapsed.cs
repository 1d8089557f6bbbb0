// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace NetStall.Model;

/// <summary>A length of time in whole nanoseconds. TimeSpan would round to 100 ns.</summary>
/// <remarks><c>default</c> is no time at all. May be negative, as the difference of two times may.</remarks>
public readonly record struct Elapsed(long Nanoseconds) : IComparable<Elapsed>
{
    public static readonly Elapsed Zero;

    public static Elapsed FromMilliseconds(long milliseconds) => new(milliseconds * 1_000_000);
    public static Elapsed FromMicroseconds(long microseconds) => new(microseconds * 1_000);
    public static Elapsed FromSeconds(long seconds) => new(seconds * 1_000_000_000);

    /// <summary>For reading, not for reckoning.</summary>
    public double Milliseconds => Nanoseconds / 1e6;

    public static Elapsed operator +(Elapsed a, Elapsed b) => new(a.Nanoseconds + b.Nanoseconds);
    public static Elapsed operator -(Elapsed a, Elapsed b) => new(a.Nanoseconds - b.Nanoseconds);
    public static bool operator <(Elapsed a, Elapsed b) => a.Nanoseconds < b.Nanoseconds;
    public static bool operator >(Elapsed a, Elapsed b) => a.Nanoseconds > b.Nanoseconds;
    public static bool operator <=(Elapsed a, Elapsed b) => a.Nanoseconds <= b.Nanoseconds;
    public static bool operator >=(Elapsed a, Elapsed b) => a.Nanoseconds >= b.Nanoseconds;

    /// <summary>This part of <paramref name="whole"/>, 0 to 1; 0 when the whole is nothing.</summary>
    public double ShareOf(Elapsed whole) => whole.Nanoseconds == 0 ? 0 : (double)Nanoseconds / whole.Nanoseconds;

    public int CompareTo(Elapsed other) => Nanoseconds.CompareTo(other.Nanoseconds);

    public static Elapsed Max(Elapsed a, Elapsed b) => a >= b ? a : b;

    /// <summary>Milliseconds with three digits: <c>39.670 ms</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Milliseconds:F3} ms");

    /// <summary>Whole, in the largest unit of which there is one: <c>10 ms</c>, <c>1 s</c>, <c>327.8764 ms</c>.</summary>
    public string ToExactString()
    {
        (long nanoseconds, string unit) = Nanoseconds switch
        {
            >= 1_000_000_000 => (1_000_000_000, "s"),
            >= 1_000_000 => (1_000_000, "ms"),
            >= 1_000 => (1_000, "µs"),
            _ => (1L, "ns"),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{(decimal)Nanoseconds / nanoseconds:0.#########} {unit}");
    }
}
