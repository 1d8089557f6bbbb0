// SPDX-License-Identifier: Apache-2.0
using System.Net;
using NetStall.Linux.Namespaces;
using Xunit;

namespace NetStall.Tests.Labs;

public class NetlinkMessageTests
{
    // len 52, RTM_NEWLINK, request + ack; then ifinfomsg: unspecified family, index 7, flags and change UP.
    [Fact]
    public void A_device_is_brought_up_by_index_flag_and_mask() => Assert.Equal(
        "20000000 10000500 00000000 00000000  00000000 07000000 01000000 01000000",
        Hex(new NetlinkMessage(NetlinkMessage.NewLink).Device(7, 1, 1), 16));

    // The length of an attribute counts its header, and not what fills it up to four bytes; the message's does.
    [Fact]
    public void A_name_has_its_zero_and_is_filled_up() => Assert.Equal(
        "2c000000 10000506 00000000 00000000  00000000 00000000 00000000 00000000 0b000300 6c61622d 696e0000",
        Hex(new NetlinkMessage(NetlinkMessage.NewLink, creates: true).Device().Attribute(3, "lab-in"), 16));

    [Fact]
    public void A_nest_is_as_long_as_all_that_is_in_it() => Assert.Equal(
        "20000000 10000500 00000000 00000000  10001200 05000100 76000000 04000200",
        Hex(new NetlinkMessage(NetlinkMessage.NewLink).Nest(18, n => n.Attribute(1, [(byte)'v']).Attribute(2, [])), 16));

    [Fact]
    public void A_default_route_has_a_gateway_and_no_prefix() => Assert.Equal(
        "24000000 18000506 00000000 00000000  02000000 fe030001 00000000 08000500 0a4d0102",
        Hex(new NetlinkMessage(NetlinkMessage.NewRoute, creates: true).Route(0).Attribute(5, IPAddress.Parse("10.77.1.2")), 16));

    static string Hex(NetlinkMessage message, int header)
    {
        var bytes = message.Finish();
        return $"{Words(bytes[..header])}  {Words(bytes[header..])}";
    }

    static string Words(ReadOnlySpan<byte> bytes) => string.Join(' ', Convert.ToHexStringLower(bytes).Chunk(8).Select(word => new string(word)));
}
