// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Xunit;

namespace NetStall.Tests.Cli;

public sealed class BadInputTests
{
    static void Refuses(byte[] bytes, string sentence)
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        File.WriteAllBytes(path, bytes);
        try
        {
            foreach (string command in (string[])["analyze", "collapse"])
            {
                var answer = Netstall.Run(command, path);
                Assert.Equal(2, answer.ExitCode);
                // "FILE" in a command is the sentence's own; only the one at its begin stands for the path.
                string said = sentence.Replace("FILE", path, StringComparison.Ordinal).Replace("-i F ", "-i FILE ", StringComparison.Ordinal).Replace("zcat F ", "zcat FILE ", StringComparison.Ordinal);
                Assert.Equal($"netstall: {said}\n", answer.Error);
                Assert.Equal("", answer.Output);
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    const string Unknown = "FILE is no recording that netstall knows: neither perf.data, nor the text of `perf script`, nor that of ftrace";

    [Fact]
    public void An_empty_file_is_refused() => Refuses([], "FILE is empty.");

    [Fact]
    public void A_picture_is_refused() => Refuses([0xff, 0xd8, 0xff, 0xe0, 0, 0x10, .. "JFIF\0"u8, .. new byte[5000]], $"{Unknown}.");

    [Fact]
    public void Prose_is_refused() => Refuses(Encoding.UTF8.GetBytes("Dear SRE,\nthe network is slow again.\n"), $"{Unknown}.");

    [Fact]
    public void What_is_compressed_is_refused_with_the_way_out() =>
        Refuses([0x1f, 0x8b, 8, 0, .. new byte[100]], $"{Unknown}. It is compressed with gzip: use `zcat F | netstall analyze -`.");

    [Fact]
    public void Text_in_utf_16_is_refused_with_the_way_out() =>
        Refuses([0xff, 0xfe, .. Encoding.Unicode.GetBytes("swapper     0 [000]     9.06: irq:softirq_raise: vec=3\n")], $"{Unknown}. It is text in UTF-16: convert it to UTF-8 first.");

    [Fact]
    public void A_big_endian_recording_is_refused() =>
        Refuses([.. "2ELIFREP"u8, .. new byte[200]],
            "FILE was recorded on a big-endian machine, which netstall does not read. Use `perf script -i F | netstall analyze -` on a machine whose perf reads it.");

    [Fact]
    public void A_recording_that_was_cut_before_it_began_is_refused() =>
        Refuses([.. "PERFILE2"u8, 104, 0, 0, 0, 0, 0, 0, 0, .. new byte[20]], "FILE ends inside its own header: the recording was cut off before it began. Record again.");

    [Fact]
    public void A_missing_file_is_named()
    {
        var answer = Netstall.Run("analyze", "/nowhere/perf.data");
        Assert.Equal((2, "netstall: There is no file /nowhere/perf.data.\n"), (answer.ExitCode, answer.Error));
    }

    [Fact]
    public void A_directory_that_is_no_recording_is_named()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        var answer = Netstall.Run("analyze", folder);
        Directory.Delete(folder);
        Assert.Equal((2, $"netstall: {folder} is a directory, and no perf.data directory: it holds no file `data`.\n"), (answer.ExitCode, answer.Error));
    }

    [Fact]
    public void A_recording_that_was_cut_off_is_judged_as_far_as_it_goes_and_says_so()
    {
        string path = Path.GetTempFileName();
        byte[] whole = File.ReadAllBytes(Samples.SamplesOfTheGate);
        File.WriteAllBytes(path, whole[..(whole.Length / 2)]);
        try
        {
            var answer = Netstall.Run("analyze", path, "--kallsyms", Samples.KallsymsOfTheGate);
            Assert.Equal(1, answer.ExitCode);
            Assert.Contains("metrics-agent (pid 128) in setgroups() held the CPU", answer.Output, StringComparison.Ordinal);
            Assert.Contains("the recording is cut off; what is there is judged", answer.Output, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
