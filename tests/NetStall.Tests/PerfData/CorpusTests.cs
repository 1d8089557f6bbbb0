// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.RegularExpressions;
using NetStall.Linux.Compression;
using NetStall.Linux.Files;
using NetStall.Model;
using NetStall.PerfData;
using NetStall.Recordings;
using Xunit;

namespace NetStall.Tests.PerfData;

/// <summary>Small real recordings of every kind that perf makes: read without a flaw, and as perf itself reads them.</summary>
public sealed class CorpusTests
{
    static string Folder => Path.Combine(Samples.Root, "tests", "NetStall.Tests", "Corpus", "perf-data");

    internal static Seen ReadFile(string path)
    {
        string main = Directory.Exists(path) ? Path.Combine(path, "data") : path;
        using var file = new FileBytes(main);
        byte[] magic = new byte[16];
        file.ReadAt(0, magic);
        // A pipe's bytes, read as a pipe is: front to back, without a length.
        IByteSource source = PerfDataReader.IsPipeFormat(magic) ? new PipeBytes(new MemoryStream(File.ReadAllBytes(main)), main) : file;
        var reader = new PerfDataReader(source, () => new ZstdStream());
        var seen = new Seen(reader.Recording);
        var readers = new List<IRecordingReader> { reader };
        if (Directory.Exists(path))
            readers.AddRange(Directory.GetFiles(path).Where(p => Path.GetFileName(p) != "data").Order(StringComparer.Ordinal).Select(p => reader.Part(new MemoryBytes(p, File.ReadAllBytes(p)))));
        foreach (var part in readers)
            part.ReadTo(seen);
        return seen;
    }

    [Theory]
    [InlineData("all-cgroups.data")]
    [InlineData("overwrite.data")]
    [InlineData("pipe.data")]
    [InlineData("switch-events.data")]
    [InlineData("threads.data")]
    [InlineData("zstd.data")]
    public void Task_cpu_time_and_event_of_every_sample_are_what_perf_prints(string name)
    {
        string path = Path.Combine(Folder, name);
        // Of a pipe perf prints addresses and frames too, which nobody asked for: behind the event, and lines that begin with a tab.
        // 8534 [001]  8727.402347283: cpu-clock/freq=999,call-graph=fp/:
        var expected = PerfScriptOracleTests.PerfScript("-i", path, "-F", "tid,cpu,time,event").Where(l => l.Contains('[', StringComparison.Ordinal) && l[0] != '\t')
            .Select(l => string.Join(' ', l.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(4)));

        var seen = ReadFile(path);
        var actual = seen.Events.Select(e => e.Event).Where(e => e.Kind is not EventKind.SchedSwitch || name != "switch-events.data")
            .Select(e => string.Create(CultureInfo.InvariantCulture, $"{e.Tid} [{e.Cpu.Value:D3}] {PerfScriptOracleTests.Time(e.Time)}: {Name(e, seen.Recording)}:")).ToList();

        Assert.True(actual.Count > 50, $"{actual.Count} events");
        Assert.Equal(expected.Order(StringComparer.Ordinal), actual.Order(StringComparer.Ordinal));
    }

    static string Name(KernelEvent e, Recording recording) => e.Kind switch
    {
        EventKind.Sample => recording.Samplers[e.SamplerIndex].Name,
        EventKind.SoftirqRaise => "irq:softirq_raise",
        EventKind.SoftirqEntry => "irq:softirq_entry",
        EventKind.SoftirqExit => "irq:softirq_exit",
        EventKind.SchedSwitch => "sched:sched_switch",
        EventKind.SchedWaking => "sched:sched_waking",
        EventKind.NapiPoll => "napi:napi_poll",
        _ => e.Kind.ToString(),
    };

    [Theory]
    [InlineData("all-cgroups.data", false)]
    [InlineData("overwrite.data", true)]
    [InlineData("pipe.data", false)]
    [InlineData("threads.data", false)]
    [InlineData("zstd.data", false)]
    public void Every_kind_is_read_without_a_flaw_and_knows_its_node_and_its_waits(string name, bool backward)
    {
        var recording = ReadFile(Path.Combine(Folder, name)).Recording;

        Assert.Empty(recording.Flaws.First);
        Assert.Equal(("6.18.44-fc-v657", "x86_64", "CLOCK_MONOTONIC", backward), (recording.KernelRelease, recording.Architecture, recording.Clock.Name, recording.RingsRunBackward));
        Assert.True(recording.Kinds.TellWaits);
        Assert.Equal((1_001_001L, true, true), (recording.Samplers[0].Period!.Value.Nanoseconds, recording.Samplers[0].IsTimer, recording.Samplers[0].SeesAll));
    }

    [Fact]
    public void Samples_know_their_cgroup_and_cgroups_their_path()
    {
        var seen = ReadFile(Path.Combine(Folder, "all-cgroups.data"));

        var ids = seen.Events.Select(e => e.Event.Cgroup).Distinct().ToList();
        Assert.All(ids, id => Assert.StartsWith("/", seen.Recording.Cgroups.PathOf(id), StringComparison.Ordinal));
    }

    [Fact]
    public void A_sampler_that_leaves_out_user_code_says_that_its_holes_mean_nothing()
    {
        var recording = ReadFile(Path.Combine(Folder, "switch-events.data")).Recording;

        Assert.False(recording.Samplers[0].SeesAll);
        Assert.Equal("`cpu-clock:k` did not watch whole CPUs (no -a or -C, or user, kernel or idle excluded); holes between its samples say nothing", Assert.Single(recording.Flaws.First).ToString());
    }

    [Fact]
    public void The_readme_says_of_each_file_what_it_is()
    {
        var told = Regex.Matches(File.ReadAllText(Path.Combine(Folder, "README.md")), @"^\| `([^`]+\.data)` \| `[^`]+` \| .+ \|$", RegexOptions.Multiline).Select(m => m.Groups[1].Value);
        var there = Directory.GetFileSystemEntries(Folder).Select(p => Path.GetFileName(p)!).Where(n => n != "README.md").Order(StringComparer.Ordinal);
        Assert.Equal(there, told);
    }
}
