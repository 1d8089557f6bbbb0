// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using NetStall.Model;
using NetStall.Tests.Drawings;
using Xunit;

namespace NetStall.Tests.Verdicts;

/// <summary>Real recordings, judged again and again: Corpus/stalls/README.md says what is true of each.</summary>
public class StallCorpusTests
{
    const string Folder = "tests/NetStall.Tests/Corpus/stalls";

    public static TheoryData<string> Names => [.. NamesOf("*.data")];

    static IEnumerable<string> NamesOf(string pattern) =>
        Directory.GetFiles(Recorded.InRepository(Folder), pattern).Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal);

    [Theory]
    [MemberData(nameof(Names))]
    public void The_verdict_on(string recording)
    {
        string expected = Recorded.InRepository($"{Folder}/{recording}.expected");
        string kallsyms = $"{Folder}/{recording}.kallsyms";
        var report = Recorded.Judge($"{Folder}/{recording}.data", File.Exists(Recorded.InRepository(kallsyms)) ? kallsyms : null);
        var coverage = report.Coverage;
        string said = Judged.Text(report, origin: default(KernelTime)) + string.Create(CultureInfo.InvariantCulture,
            $"\nraised {coverage.Raises}, served {coverage.Served}, unpaired {coverage.Unpaired}; may acquit: {(report.CanAcquit ? "yes" : "no")}; gate: {report.Gate}\n");
        if (!File.Exists(expected))
        {
            File.WriteAllText(expected, said);
            Assert.Fail($"{expected} was missing and has been written: read it, and keep it if it is right.");
        }
        Assert.Equal(File.ReadAllText(expected), said);
    }

    [Fact]
    public void The_readme_names_every_recording_and_no_other() =>
        Assert.Equal(
            NamesOf("*.data"),
            File.ReadLines(Recorded.InRepository($"{Folder}/README.md"))
                .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| recording", StringComparison.Ordinal))
                .Select(line => line.Split('|')[1].Trim()).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_expectation_and_every_table_of_symbols_has_its_recording() =>
        Assert.Empty(NamesOf("*.expected").Concat(NamesOf("*.kallsyms")).Except(NamesOf("*.data")));

    [Fact]
    public void The_recordings_are_small_and_tell_nothing_of_the_machine_that_made_them()
    {
        long total = 0;
        foreach (string path in Directory.GetFiles(Recorded.InRepository(Folder), "*.data"))
        {
            byte[] bytes = File.ReadAllBytes(path);
            total += bytes.Length;
            Assert.True(bytes.Length < 200_000, path);
            // No paths but those in the texts of tracepoints, which begin with none of these.
            Assert.All(new[] { "/home", "/opt", "/root", "/tmp", "/usr", "/var" }, folder =>
                Assert.True(bytes.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(folder)) < 0, $"{folder} in {path}"));
        }
        Assert.True(total < 2_000_000);
    }
}
