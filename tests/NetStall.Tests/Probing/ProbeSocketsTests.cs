// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Runtime.CompilerServices;
using NetStall.Linux.Probing;
using SocketAddress = NetStall.Linux.Probing.SocketAddress;
using Xunit;

namespace NetStall.Tests.Probing;

/// <summary>What goes to and comes from the kernel is laid out as it wants it.</summary>
public sealed class ProbeSocketsTests
{
    [Fact]
    public void Structures_are_as_long_as_those_of_the_kernel()
    {
        Assert.Equal(16, Unsafe.SizeOf<ProbeNative.Timespec>());
        Assert.Equal(32, Unsafe.SizeOf<ProbeNative.TimerSpec>());
        Assert.Equal(8, Unsafe.SizeOf<ProbeNative.Linger>());
        Assert.Equal(16, Unsafe.SizeOf<ProbeNative.IoVector>());
        Assert.Equal(56, Unsafe.SizeOf<ProbeNative.MessageHeader>());
        Assert.Equal(4, Unsafe.SizeOf<ProbeNative.SchedParam>());
    }

    [Theory]
    [InlineData("10.1.2.3", 443, "020001bb0a0102030000000000000000")]
    [InlineData("fe80::1%7", 443, "0a0001bb00000000fe80000000000000000000000000000107000000")]
    public void Addresses_are_written_as_the_kernel_reads_them(string address, int port, string expected)
    {
        Span<byte> bytes = stackalloc byte[SocketAddress.Longest];
        uint length = SocketAddress.Write(IPAddress.Parse(address), port, bytes);

        Assert.Equal(expected, Convert.ToHexStringLower(bytes[..(int)length]));
        Assert.Equal(port, SocketAddress.Port(bytes));
    }

    // RFC 1071's own example.
    [Fact]
    public void The_checksum_is_that_of_the_internet() =>
        Assert.Equal(0x220d, IcmpSockets.Checksum([0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]));

    [Fact]
    public void A_probe_is_known_by_its_mark_and_those_of_another_run_are_not()
    {
        var (one, other) = (new ProbeMark(), new ProbeMark());
        byte[] payload = new byte[ProbeMark.Size];
        one.Write(payload, 1_234_567_890_123);

        Assert.True(one.TryRead(payload, out long sequence));
        Assert.Equal(1_234_567_890_123, sequence);
        Assert.False(other.TryRead(payload, out _));
        Assert.False(one.TryRead(payload.AsSpan(1), out _));
    }
}
