// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using NetStall.Cli.Input;
using NetStall.Model;
using NetStall.Recordings;
using Xunit;

namespace NetStall.Tests.Cli;

public sealed class ArgumentsTests
{
    // Of a recording that began at 1000 s of its clock: what a time of the day is on that clock.
    [Theory]
    [InlineData("23:59:50", 60, "23:59:55Z", 1_005)]
    [InlineData("23:59:50", 60, "00:00:05Z", 1_015)]
    [InlineData("23:59:50", 5, "00:00:05Z", 1_015 - 86_400)]
    [InlineData("00:00:10", 80_000, "22:00:00Z", 1_000 + 79_190)]
    [InlineData("00:00:10", 60, "00:00:05Z", 995)]
    public void A_time_of_the_day_is_of_the_day_on_which_the_recording_ran(string began, int seconds, string moment, long expected)
    {
        var made = DateTimeOffset.Parse($"2026-11-22T{began}Z", CultureInfo.InvariantCulture);
        var start = new KernelTime(1_000_000_000_000);
        var clock = new RecordingClock("CLOCK_MONOTONIC", (start, made.ToUnixTimeMilliseconds() * 1_000_000));

        Assert.Equal(new KernelTime(expected * 1_000_000_000), Arguments.ParseMoment(moment, "--at", clock, start + Elapsed.FromSeconds(seconds)));
    }
}
