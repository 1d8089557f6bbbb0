// SPDX-License-Identifier: Apache-2.0
using NetStall.Linux.Compression;
using NetStall.PerfData;
using NetStall.Recordings;
using Xunit;
using static NetStall.Tests.PerfData.PerfDataBuilder;

namespace NetStall.Tests.PerfData;

public sealed class CompressedTests
{
    const uint Compressed = 81, Compressed2 = 83;

    // One zstd frame of stored blocks (RFC 8878): magic, descriptor 0, window of 1 MB; each block 3 bytes: last, type 0, size.
    static readonly byte[] FrameBegin = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x50];

    static byte[] Block(ReadOnlySpan<byte> bytes, bool last = false)
    {
        int header = bytes.Length << 3 | (last ? 1 : 0);
        return [(byte)header, (byte)(header >> 8), (byte)(header >> 16), .. bytes];
    }

    static readonly byte[] ThreeSamples = new PerfDataBuilder().Sample(1).Sample(2).Sample(3).Records;

    static Seen ReadZstd(PerfDataBuilder builder) => builder.Read(() => new ZstdStream());

    [Theory]
    [InlineData(8)]
    [InlineData(70)]
    [InlineData(117)]
    public void A_record_may_straddle_two_compressed_records(int cut)
    {
        var seen = ReadZstd(new PerfDataBuilder().CpuClock()
            .Record(Compressed, 0, FrameBegin, Block(ThreeSamples.AsSpan(0, cut)))
            .Record(Compressed, 0, Block(ThreeSamples.AsSpan(cut), last: true)));

        Assert.Equal([1, 2, 3], seen.Times);
        Assert.Empty(seen.Recording.Flaws.First);
    }

    [Fact]
    public void Zstd_itself_may_be_cut_anywhere()
    {
        byte[] stream = [.. FrameBegin, .. Block(ThreeSamples, last: true)];
        for (int cut = 0; cut <= stream.Length; cut++)
            Assert.Equal([1, 2, 3], ReadZstd(new PerfDataBuilder().CpuClock().Record(Compressed, 0, stream[..cut]).Record(Compressed, 0, stream[cut..])).Times);
    }

    [Fact]
    public void Compressed2_knows_how_much_of_it_is_padding()
    {
        byte[] stream = [.. FrameBegin, .. Block(ThreeSamples)];
        var seen = ReadZstd(new PerfDataBuilder().CpuClock()
            .Record(Compressed2, 0, U64((ulong)stream.Length), stream, new byte[8 - stream.Length % 8])
            .Record(Compressed2, 0, U64(3), Block([], last: true), new byte[5]));

        Assert.Equal([1, 2, 3], seen.Times);
        Assert.Empty(seen.Recording.Flaws.First);
    }

    [Fact]
    public void A_stream_that_ends_within_a_record_says_so()
    {
        var seen = ReadZstd(new PerfDataBuilder().CpuClock().Record(Compressed, 0, FrameBegin, Block(ThreeSamples.AsSpan(0, 100))));

        Assert.Equal([1], seen.Times);
        Assert.Equal("unpacked, offset 0x38: the compressed stream ends in the middle of a record; that record is left out", Assert.Single(seen.Recording.Flaws.First).ToString());
    }

    // Block type 3 is none.
    static readonly byte[] Reserved = [0xff, 0xff, 0xff, 0, 0, 0, 0, 0];

    [Fact]
    public void A_damaged_stream_is_told_once_and_what_is_not_compressed_is_read_on()
    {
        var seen = ReadZstd(new PerfDataBuilder().CpuClock().Record(Compressed, 0, FrameBegin, Block(ThreeSamples)).Record(Compressed, 0, Reserved).Record(Compressed, 0, Reserved).Sample(4));

        Assert.Equal([1, 2, 3, 4], seen.Times);
        Assert.Equal("offset 0x1c1: the zstd stream is damaged; what was compressed after that place is left out", Assert.Single(seen.Recording.Flaws.First).ToString());
    }

    [Fact]
    public void A_compressed_record_inside_another_is_refused()
    {
        byte[] inner = new PerfDataBuilder().Record(Compressed, 0, [.. FrameBegin, .. Block(ThreeSamples, last: true)]).Sample(4).Records;
        var seen = ReadZstd(new PerfDataBuilder().CpuClock().Record(Compressed, 0, FrameBegin, Block(inner, last: true)));

        Assert.Equal([4], seen.Times);
        Assert.Equal("unpacked, offset 0x0: a compressed record stands inside another, which perf never writes; it is left out", Assert.Single(seen.Recording.Flaws.First).ToString());
    }

    [Fact]
    public void Without_zstd_compressed_records_are_a_flaw()
    {
        var seen = new PerfDataBuilder().CpuClock().Record(Compressed, 0, FrameBegin, Block(ThreeSamples)).Sample(4).Read();

        Assert.Equal([4], seen.Times);
        Assert.Equal("compressed records: there is no zstd here to read them; they are left out", Assert.Single(seen.Recording.Flaws.First).ToString());
    }

    [Fact]
    public void Each_part_of_a_directory_is_a_stream_of_its_own()
    {
        byte[] Part(long first) => new PerfDataBuilder()
            .Record(Compressed, 0, FrameBegin, Block(new PerfDataBuilder().Sample(first).Sample(first + 1).Records.AsSpan(0, 90)))
            .Record(Compressed, 0, Block(new PerfDataBuilder().Sample(first).Sample(first + 1).Records.AsSpan(90), last: true)).Records;
        var reader = new PerfDataReader(new MemoryBytes("dir", new PerfDataBuilder().CpuClock().Build()), () => new ZstdStream());
        var seen = new Seen(reader.Recording);
        var parts = new List<IRecordingReader> { reader, reader.Part(new MemoryBytes("dir/data.0", Part(10))), reader.Part(new MemoryBytes("dir/data.1", Part(20))) };
        // By turns, as they are merged.
        while (parts.RemoveAll(p => !p.ReadSome(seen)) < 3 && parts.Count > 0)
        {
        }

        Assert.Equal([10, 11, 20, 21], seen.Times.Order());
        Assert.DoesNotContain(seen.Recording.Flaws.First, f => f.What.Contains("zstd", StringComparison.Ordinal));
    }
}
