// SPDX-License-Identifier: Apache-2.0
using NetStall.Linux.Lab;
using NetStall.Model;
using Xunit;

namespace NetStall.Tests.Labs;

/// <summary>
/// One packet each millisecond, drawn: a digit or letter says how many milliseconds that packet was under way, a dot that it was there at once, an x
/// that it was lost; the stall is from [ to ).
/// </summary>
public class WitnessTests
{
    static string Of(string stall, string packets)
    {
        var all = packets.Select((drawn, i) => new Packet(Ms(i), drawn switch
        {
            'x' => null,
            '.' => Ms(i) + Elapsed.FromMicroseconds(20),
            _ => Ms(i) + Elapsed.FromMilliseconds(char.IsAsciiDigit(drawn) ? drawn - '0' : drawn - 'a' + 10),
        })).ToList();
        var seen = Witness.Of(all, Ms(stall.IndexOf('[', StringComparison.Ordinal)), Ms(stall.IndexOf(')', StringComparison.Ordinal)));
        return $"pending {seen.Pending?.ToString() ?? "never"}, {seen.Late} late, longest {seen.Longest}";
    }

    static KernelTime Ms(int milliseconds) => new KernelTime(1_000_000_000) + Elapsed.FromMilliseconds(milliseconds);

    [Fact]
    public void The_first_packet_of_the_sawtooth_has_waited_for_as_long_as_anything_was_pending() => Assert.Equal(
        "pending 8.000 ms, 8 late, longest 8.000 ms", Of(
        "...[        )...",
        "....87654321...."));

    [Fact]
    public void A_call_that_lets_the_packets_go_before_its_end_kept_them_only_until_then() => Assert.Equal(
        "pending 5.000 ms, 5 late, longest 5.000 ms", Of(
        "...[         )...",
        ".....54321......."));

    [Fact]
    public void What_waited_longer_than_the_stall_did_not_wait_for_it_alone() => Assert.Equal(
        "pending 7.000 ms, 4 late, longest 9.000 ms", Of(
        "...[      )........",
        "...9876.........."));

    [Fact]
    public void A_packet_that_was_under_way_as_the_stall_began_waits_from_its_begin() => Assert.Equal(
        "pending 5.000 ms, 5 late, longest 6.000 ms", Of(
        "...[    )...",
        "..65432....."));

    [Fact]
    public void Where_every_packet_comes_at_once_nothing_was_pending() => Assert.Equal(
        "pending never, 0 late, longest 0.020 ms", Of(
        "...[        )...",
        "................"));

    [Fact]
    public void Lost_packets_are_late_ones() => Assert.Equal(
        "pending 7.000 ms, 6 late, longest 7.000 ms", Of(
        "...[        )...",
        "....7xx4xx......"));
}
