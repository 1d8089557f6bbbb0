// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using NetStall.Symbols;
using Xunit;

namespace NetStall.Tests.SymbolTables;

public class PerfMapTests
{
    [Theory]
    [InlineData(0x1000, "LazyCompile:*handler /srv/app.js:12+0")]
    [InlineData(0x103f, "LazyCompile:*handler /srv/app.js:12+63")]
    [InlineData(0x1040, "none")]
    [InlineData(0x2004, "newer+4")]
    [InlineData(0x3000, "0x prefixed+0")]
    [InlineData(0x0fff, "none")]
    public void An_address_belongs_to_the_function_that_was_last_told_to_lie_there(ulong address, string expected)
    {
        var map = PerfMap.Parse("2000 20 older\n1000 40 LazyCompile:*handler /srv/app.js:12\n2000 10 newer\r\n0x3000 0x10 0x prefixed\n"u8);

        Assert.Equal(3, map.Count);
        Assert.Equal(0, map.MalformedLines);
        Assert.Equal(expected, map.TryFind(address, out string name, out ulong offset) ? $"{name}+{offset}" : "none");
    }

    [Fact]
    public void Lines_that_cannot_be_read_are_counted()
    {
        var map = PerfMap.Parse("1000 40\n\nxyz 10 name\n1000 10 good\n 1000 10 blank first\n11112222333344445 1 too long\n"u8);

        Assert.Equal(1, map.Count);
        Assert.Equal(4, map.MalformedLines);
    }

    [Fact]
    public void Any_bytes_are_read_without_an_exception() =>
        Gen.OneOf(Gen.Byte, Gen.Char["0123456789abcdef \n"].Select(c => (byte)c)).Array[0, 200].Sample(bytes =>
        {
            var map = PerfMap.Parse(bytes);
            map.TryFind(0x1000, out _, out _);
            return map.Count + map.MalformedLines <= bytes.Count(b => b == '\n') + 1;
        });
}
