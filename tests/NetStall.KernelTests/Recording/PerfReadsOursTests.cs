// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using NetStall.Linux.Files;
using NetStall.Linux.PerfEvents;
using NetStall.Model;
using NetStall.PerfData;
using NetStall.Recordings;
using Xunit;

namespace NetStall.KernelTests.Recording;

/// <summary>What our recorder writes is a perf.data: perf reads it without a word of complaint, and sees in it what we see.</summary>
public sealed class PerfReadsOursTests : IDisposable
{
    readonly string _path = Path.Combine(Directory.CreateTempSubdirectory("netstall-").FullName, "perf.data");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_path)!, recursive: true);

    RecordingSummary Record()
    {
        using var recorder = PerfRecorder.Start(_path, new RecorderOptions());
        // Something to see: a program that starts, works and ends.
        Perf("--version");
        Thread.Sleep(1000);
        return recorder.Stop();
    }

    static (string Output, string Error) Perf(params string[] arguments)
    {
        using var perf = Process.Start(new ProcessStartInfo("perf", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = perf.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = perf.StandardOutput.ReadToEnd();
        perf.WaitForExit();
        Assert.Equal(0, perf.ExitCode);
        return (output, error.GetAwaiter().GetResult());
    }

    [Fact]
    public void Every_record_is_there_for_perf_and_for_us_with_the_same_time_task_and_cpu()
    {
        var summary = Record();
        var (output, error) = Perf("script", "--ns", "--no-inline", "-i", _path, "-F", "tid,cpu,time,event");
        // 1234 [001] 25629.111102345: irq_vectors:local_timer_entry:        perf says -1 of a task that is ending as it is switched out; its fields know it
        var perfs = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(w => (Tid: w[3] == "sched:sched_switch:" ? 0 : int.Parse(w[0], CultureInfo.InvariantCulture), Cpu: int.Parse(w[1].Trim('[', ']'), CultureInfo.InvariantCulture), Time: w[2].TrimEnd(':'))).ToList();

        using var file = new FileBytes(_path);
        var seen = new Seen();
        new PerfDataReader(file).ReadTo(seen);
        var ours = seen.Events.Select(e => (Tid: e.Kind == EventKind.SchedSwitch ? 0 : e.Tid.Value, Cpu: e.Cpu.Value, Time: string.Create(CultureInfo.InvariantCulture, $"{e.Time.Nanoseconds / 1_000_000_000}.{e.Time.Nanoseconds % 1_000_000_000:D9}"))).ToList();

        Assert.Equal("", error);
        Assert.Equal(summary.Counts.Samples + summary.Counts.Tracepoints, ours.Count);
        Assert.Equal(perfs.Order(), ours.Order());
    }

    [Fact]
    public void Perf_report_counts_our_stacks()
    {
        var summary = Record();
        var (output, error) = Perf("report", "--stats", "-i", _path);

        Assert.Equal("", error);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"SAMPLE events: {summary.Counts.Samples,10}"), output, StringComparison.Ordinal);
    }

    sealed class Seen : IEventSink
    {
        public List<KernelEvent> Events { get; } = [];

        public void Accept(in KernelEvent e, ReadOnlySpan<ulong> chain)
        {
            if (e.Kind is not (EventKind.Lost or EventKind.Throttle or EventKind.Unthrottle))
                Events.Add(e);
        }

        public void RoundFinished()
        {
        }
    }
}
