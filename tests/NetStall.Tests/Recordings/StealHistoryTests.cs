// SPDX-License-Identifier: Apache-2.0
using System.Text;
using CsCheck;
using NetStall.Model;
using NetStall.Recordings;
using Xunit;

namespace NetStall.Tests.Recordings;

public class StealHistoryTests
{
    static KernelTime At(long milliseconds) => new(milliseconds * 1_000_000);

    static StealHistory Read(string text, int malformed = 0)
    {
        var history = new StealHistory();
        Assert.Equal(malformed, history.AddText(Encoding.UTF8.GetBytes(text)));
        return history;
    }

    const string Text =
        """
        # CLOCK_MONOTONIC ns, cpu, ms stolen since boot
        100000000 0 5000
        100000000 1 7000
        200000000 0 5000
        200000000 1 7030
        300000000 1 7090

        """;

    [Theory]
    [InlineData(1, 110, 150, 30)]
    [InlineData(1, 150, 250, 90)]
    [InlineData(1, 100, 200, 30)]
    [InlineData(0, 110, 150, 0)]
    [InlineData(0, 150, 250, null)]
    [InlineData(1, 50, 150, null)]
    [InlineData(2, 110, 150, null)]
    public void What_was_stolen_is_told_by_the_readings_around(int cpu, int from, int to, int? stolen) =>
        Assert.Equal(stolen is { } ms ? Elapsed.FromMilliseconds(ms) : null, Read(Text).Around(new CpuId(cpu), At(from), At(to)));

    [Fact]
    public void Lines_that_are_no_readings_are_counted_and_passed_over()
    {
        var history = Read("100 0 10\nhello\n200 0\n-5 0 1\n200 0 1 1\n200 70000 1\n300 0 9223372036854775807\n200000000 0 20", malformed: 6);

        Assert.Equal(Elapsed.FromMilliseconds(10), history.Around(new CpuId(0), new KernelTime(100), At(200)));
    }

    [Fact]
    public void Any_bytes_are_read_to_their_end() =>
        Gen.Byte.Array[0, 200].Sample(bytes => new StealHistory().AddText(bytes) <= bytes.Length);
}
