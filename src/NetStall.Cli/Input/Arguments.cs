// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using NetStall.Model;
using NetStall.Recordings;
using NetStall.Reports;

namespace NetStall.Cli.Input;

/// <summary>Values of options, from the words people write.</summary>
static class Arguments
{
    /// <summary>Eleven days; no wait is longer, and sums of some of them still fit into 64 bits.</summary>
    const decimal Longest = 1_000_000_000_000_000;

    /// <summary>What is not known as an option would be taken for a FILE, or push out the FILE that follows it.</summary>
    /// <exception cref="UsageException">There is an option that does not exist.</exception>
    public static void RefuseUnknownOptions(ParseResult parsed, string[] args)
    {
        int end = Array.IndexOf(args, "--");
        var known = args.AsSpan(0, end < 0 ? args.Length : end);
        var words = parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(r => r.Tokens).Select(t => t.Value).Concat(parsed.UnmatchedTokens);
        string command = parsed.CommandResult.Command is RootCommand ? "netstall" : $"netstall {parsed.CommandResult.Command.Name}";
        foreach (string word in words)
        {
            if (word.Length > 1 && word[0] == '-' && known.Contains(word) && !File.Exists(word))
                throw new UsageException($"There is no option {Visible.Of(word)}: `{command} --help` lists those there are.");
        }
    }

    /// <summary><c>10ms</c>, <c>500us</c>, <c>1.5s</c>.</summary>
    /// <exception cref="UsageException">It is no length of time.</exception>
    public static Elapsed ParseElapsed(string text, string option)
    {
        (string suffix, decimal nanoseconds)[] units = [("ns", 1), ("us", 1_000), ("µs", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000)];
        foreach (var (suffix, nanoseconds) in units)
        {
            if (text.EndsWith(suffix, StringComparison.Ordinal)
                && decimal.TryParse(text.AsSpan(0, text.Length - suffix.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number)
                && number >= 0 && number <= Longest / nanoseconds)
                return new Elapsed((long)(number * nanoseconds));
        }
        throw new UsageException($"{option} takes a length of time such as 10ms, 500us or 1.5s, not `{text}`.");
    }

    /// <exception cref="UsageException">It is no whole number in that range.</exception>
    public static long ParseWhole(string text, string option, long least, long most) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number >= least && number <= most
            ? number
            : throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{option} takes a whole number from {least} to {most}, not `{Visible.Of(text)}`."));

    /// <summary><c>1,4-7</c>.</summary>
    /// <exception cref="UsageException">It is no list of CPUs.</exception>
    public static HashSet<CpuId> ParseCpus(string text)
    {
        var cpus = new HashSet<CpuId>();
        foreach (string part in text.Split(','))
        {
            string[] ends = part.Split('-');
            if (ends.Length > 2 || !int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out int from)
                || !int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int to) || to < from || to > 65_535)
                throw new UsageException($"--cpu takes CPU numbers such as 3 or 1,4-7, not `{text}`.");
            for (int cpu = from; cpu <= to; cpu++)
                cpus.Add(new CpuId(cpu));
        }
        return cpus;
    }

    /// <summary>
    /// A moment in the recording: seconds on its own clock (<c>12.0197</c>), a UTC time (<c>2026-11-22T12:31:28Z</c>), or a UTC time of
    /// the day on which it was made (<c>14:03:12Z</c>).
    /// </summary>
    /// <param name="text">What was given.</param>
    /// <param name="option">Where.</param>
    /// <param name="clock">The recording's.</param>
    /// <param name="last">When the recording ended: it may have gone on over midnight.</param>
    /// <exception cref="UsageException">It is none of these, or the recording has no wall clock.</exception>
    public static KernelTime ParseMoment(string text, string option, RecordingClock clock, KernelTime last)
    {
        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal seconds) && seconds < 9_000_000_000)
            return new KernelTime((long)(seconds * 1_000_000_000));

        if (clock.WallClockAt is not var (known, wall))
        {
            throw new UsageException(
                $"{option} `{Visible.Of(text)}` is a wall-clock time, but this recording has no wall clock (perf records one with -k CLOCK_MONOTONIC). Give seconds on the recording's own clock, as the report prints them.");
        }
        var made = DateTimeOffset.FromUnixTimeMilliseconds(wall / 1_000_000);
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        // Only what looks like a time is one: to .NET `12,5` is the twelfth of May.
        DateTimeOffset moment;
        if (text.Contains(':', StringComparison.Ordinal) && TimeOnly.TryParse(text.TrimEnd('Z', 'z'), CultureInfo.InvariantCulture, out var time))
            moment = OfTheDay(made, time, last - known);
        else if (text is not [>= '0' and <= '9', >= '0' and <= '9', >= '0' and <= '9', >= '0' and <= '9', '-', ..] || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Utc, out moment) || moment.Year is < 1970 or >= 2262)
            throw new UsageException($"{option} takes a UTC time such as 14:03:12Z or 2026-11-22T14:03:12Z, or seconds on the recording's clock, not `{Visible.Of(text)}`.");
        long unixNanoseconds = (moment - DateTimeOffset.UnixEpoch).Ticks * 100;
        return new KernelTime(known.Nanoseconds + (unixNanoseconds - wall));
    }

    // On the day on which the recording began, or on a later one if it is still running then: 00:00:05Z, of a recording of 23:59:50Z.
    static DateTimeOffset OfTheDay(DateTimeOffset made, TimeOnly time, Elapsed length)
    {
        var moment = new DateTimeOffset(DateOnly.FromDateTime(made.UtcDateTime), time, TimeSpan.Zero);
        bool nextDay = moment < made && moment.AddDays(1) <= made.AddMilliseconds(length.Milliseconds);
        return nextDay ? moment.AddDays(1) : moment;
    }
}
