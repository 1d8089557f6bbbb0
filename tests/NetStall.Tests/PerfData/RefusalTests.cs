// SPDX-License-Identifier: Apache-2.0
using NetStall.Recordings;
using Xunit;
using static NetStall.Tests.PerfData.PerfDataBuilder;

namespace NetStall.Tests.PerfData;

public sealed class RefusalTests
{
    static string Refusal(byte[] file) => Assert.Throws<UnreadableRecordingException>(() => Read(file)).Message;

    static readonly byte[] _good = new PerfDataBuilder().CpuClock().Sample(1).Build();

    [Fact]
    public void Nothing_at_all() => Assert.Equal("test.data is empty.", Refusal([]));

    [Fact]
    public void Something_else() => Assert.Equal("test.data is no perf.data file.", Refusal("PERFDATA, so to speak"u8.ToArray()));

    [Fact]
    public void Big_endian() => Assert.Equal(
        "test.data was recorded on a big-endian machine, which netstall does not read. Use `perf script -i FILE | netstall analyze -` on a machine whose perf reads it.",
        Refusal([.. "2ELIFREP"u8, .. _good[8..]]));

    [Fact]
    public void The_first_format() => Assert.Equal(
        "test.data is in the first perf.data format, of kernels before 2.6.35. Convert it with `perf script` first.", Refusal([.. "PERFFILE"u8, .. _good[8..]]));

    [Theory]
    [InlineData(8)]
    [InlineData(15)]
    public void Not_even_the_first_sixteen_bytes(int length) => Assert.Equal("test.data is no perf.data file.", Refusal(_good[..length]));

    [Theory]
    [InlineData(16)]
    [InlineData(103)]
    public void A_head_that_is_cut(int length) => Assert.Equal("test.data ends inside its own header: the recording was cut off before it began. Record again.", Refusal(_good[..length]));

    [Theory]
    [InlineData(104)]
    [InlineData(200)]
    public void Attrs_that_are_cut(int length) => Assert.Equal("test.data describes no event at all: the recording was cut off before it began. Record again.", Refusal(_good[..length]));

    [Fact]
    public void A_pipe_that_ends_before_its_first_event() =>
        Assert.Equal("test.data describes no event at all: the recording was cut off before it began. Record again.", Refusal(_good[..8].Concat(U64(16)).ToArray()));

    [Fact]
    public void A_32_bit_pipe() => Assert.Equal(
        "test.data was recorded on a 32-bit machine (armv7l), which netstall does not read. Use `perf script -i FILE | netstall analyze -` there.",
        Refusal(new PerfDataBuilder().CpuClock().Feature(6, Text("armv7l")).Sample(1).BuildPipe()));

    [Fact]
    public void An_impossible_attr_size() => Assert.Equal(
        "test.data describes its events in a way that no perf does (attr_size 17, section of 152 bytes): the file is damaged.", Refusal(new PerfDataBuilder().CpuClock().Sample(1).Build(attrSize: 17)));
}
