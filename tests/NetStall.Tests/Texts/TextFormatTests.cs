// SPDX-License-Identifier: Apache-2.0
using System.Text;
using NetStall.Detection;
using Xunit;

namespace NetStall.Tests.Texts;

public class TextFormatTests
{
    public static TheoryData<string, TextFormatKind> Corpus()
    {
        var data = new TheoryData<string, TextFormatKind>();
        foreach (string name in CorpusText.Names("perf-script"))
            data.Add("perf-script/" + name, TextFormatKind.PerfScript);
        foreach (string name in CorpusText.Names("ftrace"))
            data.Add("ftrace/" + name, TextFormatKind.Ftrace);
        return data;
    }

    [Theory]
    [MemberData(nameof(Corpus))]
    public void A_real_text_is_told_by_its_first_64_KB(string file, TextFormatKind expected)
    {
        byte[] bytes = CorpusText.Read(file);
        Assert.Equal(expected, TextFormat.Detect(bytes.AsSpan(0, Math.Min(bytes.Length, 65536))));
    }

    public static TheoryData<string, byte[]> Others => new()
    {
        { "nothing", [] },
        { "JPEG", [0xFF, 0xD8, 0xFF, 0xE0, 0, 16, (byte)'J', (byte)'F', (byte)'I', (byte)'F'] },
        { "ELF", [0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1, 0] },
        { "gzip", [0x1F, 0x8B, 8, 0, 0x12, 0x34] },
        { "UTF-16", Encoding.Unicode.GetBytes("a 7 [001] 1.000000: cpu-clock: \n") },
        { "perf.data", Encoding.ASCII.GetBytes("PERFILE2h\0\0\0") },
        { "folded stacks", "a;b;c 12\na;b;d 3\n"u8.ToArray() },
        { "kernel log", "[   12.123456] eth0: link up\n[   12.123457] eth0: link down\n"u8.ToArray() },
        { "system log", "Nov 23 03:36:39 node kernel[1]: x: 12.345678: y: z\n"u8.ToArray() },
        { "JSON", "{ \"a\": 1.000000, \"b\": [001] }\n"u8.ToArray() },
        { "ping", "64 bytes from 10.9.1.2: icmp_seq=1 ttl=64 time=0.061 ms\n"u8.ToArray() },
        { "a page that shows one", Encoding.ASCII.GetBytes("Prose.\nMore of it.\nAnd more.\nIt prints\n a 7 [001] 1.000000: cpu-clock: \nor so.\n") },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public void Anything_else_is_unknown(string what, byte[] bytes) => Assert.True(TextFormat.Detect(bytes) == TextFormatKind.Unknown, what);
}
