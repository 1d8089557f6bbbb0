// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using NetStall.Collapse;
using NetStall.Ftrace;
using NetStall.PerfScript;
using NetStall.Recordings;
using NetStall.Detection;
using NetStall.Texts;
using Xunit;

namespace NetStall.Tests.Texts;

public class TextPropertyTests
{
    // Pieces of both grammars, so that random text gets far into the parsers.
    static readonly string[] _pieces =
    [
        "\n", "\r\n", "\n\n", "\t", " ", "    ", "a", "-", "-1", "7", "123/456", "[001]", "[", "]", "(", ")", " (", ":", ": ", ".", "1.000000", "1.000000: ", "2.123456789: ",
        "cpu-clock: ", "sched:sched_switch: ", "softirq_raise: ", "vec=3", "prev_comm=", " prev_pid=", " prev_prio=", " prev_state=", " ==> next_comm=", " next_pid=", " next_prio=",
        "comm=", " pid=", " prio=", " target_cpu=", "\tffffffff821f2c2b ", "do_idle+0x5", "+0x", " ([kernel.kallsyms])", "[unknown]", " => ", "<stack trace>", "CPU:1 [LOST 1 EVENTS]",
        "d..2. ", "dNh1. ", "PERF_RECORD_COMM: ", "PERF_RECORD_FORK(", "PERF_RECORD_LOST lost ", "PERF_RECORD_SWITCH OUT next pid/tid: ", "# ", "# event : name = ", ", type = 1", "# reference time: ",
        "napi poll on napi struct ", " for device ", "NR ", "irq=", "vector=", "state=", "work struct ", ": function ", "\uFEFF", "é", "\0", "->", "operator->", ".(", ").", "(anonymous namespace)", ";", "\"",
    ];

    static readonly Gen<byte[]> _soup = Gen.OneOf(_pieces).Array[0, 80].Select(p => System.Text.Encoding.UTF8.GetBytes(string.Concat(p)));
    static readonly Gen<byte[]> _noise = Gen.Byte.Array[0, 400];

    static readonly Gen<byte[]> _broken =
        Gen.Select(Gen.OneOf<byte[]>([.. Corpus("perf-script"), .. Corpus("ftrace")]), Gen.Int[0, 12000], Gen.Int[0, 3000], Gen.Select(Gen.Int[0, 3000], Gen.Byte).Array[0, 20], (text, from, length, changes) =>
        {
            from = Math.Min(from, text.Length);
            byte[] part = text.AsSpan(from, Math.Min(length, text.Length - from)).ToArray();
            foreach (var (at, value) in changes)
            {
                if (at < part.Length)
                    part[at] = value;
            }
            return part;
        });

    static readonly Gen<byte[]> _any = Gen.OneOf(_soup, _noise, _broken);

    static byte[][] Corpus(string folder) => [.. CorpusText.Names(folder).Select(n => CorpusText.Read($"{folder}/{n}"))];

    [Fact]
    public void No_bytes_make_the_perf_script_reader_fail_and_every_record_read_is_counted() => _any.Sample(bytes =>
        Try(new PerfScriptReader(CorpusText.Source(bytes)), out var told)
        && told.Events.Count(e => e.Kind == NetStall.Model.EventKind.Sample) == told.Samples, iter: 3000);

    [Fact]
    public void No_bytes_make_the_ftrace_reader_fail() => _any.Sample(bytes => Try(new FtraceReader(CorpusText.Source(bytes)), out _), iter: 3000);

    [Fact]
    public void No_bytes_make_the_collapse_fail_and_each_stack_is_one_line() => _any.Sample(bytes =>
    {
        var output = new MemoryStream();
        var count = CollapseText.Run(CorpusText.Source(bytes), output, CollapseForm.Timed);
        return count.Lines == count.Stacks && output.ToArray().AsSpan().Count((byte)'\n') == count.Lines;
    }, iter: 3000);

    [Fact]
    public void No_bytes_make_the_detection_fail() => _any.Sample(bytes => Enum.IsDefined(TextFormat.Detect(bytes)), iter: 3000);

    [Fact]
    public void A_text_that_arrives_byte_by_byte_is_the_same_text() => _broken.Sample(bytes =>
        Lines(bytes, b => b) == Lines(bytes, b => new Drip(b)), iter: 300);

    [Fact]
    public void Lines_are_those_between_the_newlines_however_long() =>
        Gen.OneOf("\n", "\r\n", "a", "bb\n", new string('x', 300_000)).Array[0, 12].Sample(parts =>
        {
            string text = string.Concat(parts);
            var lines = new List<string>();
            var reader = new LineReader(CorpusText.Source(text));
            while (reader.TryRead(out var line))
                lines.Add(System.Text.Encoding.UTF8.GetString(line));
            string[] expected = [.. text.Split('\n').Select(l => l.Length > LineReader.LongestLine ? l[..LineReader.LongestLine] : l)];
            // Split gives one more, empty, after a last newline; a \r belongs to the newline only where there is one.
            bool cut = expected[^1].Length > 0;
            expected = [.. expected[..^1].Select(l => l.EndsWith('\r') ? l[..^1] : l), .. cut ? [expected[^1]] : Array.Empty<string>()];
            return lines.SequenceEqual(expected) && reader.Number == expected.Length && reader.BytesRead == text.Length;
        }, iter: 200);

    static string Lines(byte[] bytes, Func<IByteSource, IByteSource> wrap)
    {
        var output = new MemoryStream();
        var count = CollapseText.Run(wrap(CorpusText.Source(bytes)), output, CollapseForm.Timed);
        return count + System.Text.Encoding.UTF8.GetString(output.ToArray());
    }

    static bool Try(IRecordingReader reader, out (List<NetStall.Model.KernelEvent> Events, long Samples) told)
    {
        var events = new ToldEvents(reader.Recording);
        try
        {
            reader.ReadTo(events);
        }
        catch (UnreadableRecordingException)
        {
            // The one way in which a reader may refuse: nothing in the text was a record.
            told = (events.Events, 0);
            return events.Events.TrueForAll(e => e.Kind == NetStall.Model.EventKind.Lost);
        }
        told = (events.Events, reader.Recording.SampleCount);
        return true;
    }

    sealed class Drip(IByteSource source) : IByteSource
    {
        public string Name => source.Name;
        public long? Length => null;
        public int Read(Span<byte> into) => source.Read(into[..Math.Min(into.Length, 1)]);
        public int ReadAt(long offset, Span<byte> into) => throw new NotSupportedException();
    }
}
