// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using NetStall.Bundles;
using NetStall.Cli.Rendering;
using NetStall.Linux.Bundles;
using NetStall.Linux.PerfEvents;
using NetStall.Model;
using NetStall.Reports;
using NetStall.Waits;

namespace NetStall.Cli.Commands;

/// <summary>A flight recorder at work: it watches until it is stopped, and of each stall it writes a bundle and tells the verdict.</summary>
/// <param name="options">What to keep.</param>
/// <param name="output">What bundles are called: this, and a number.</param>
/// <param name="version">Of netstall.</param>
/// <param name="duration">Null for until it is stopped.</param>
/// <param name="mostBytes">All bundles together.</param>
sealed class FlightRun(FlightOptions options, string output, string version, Elapsed? duration, long mostBytes) : IDisposable
{
    readonly BlockingCollection<(FlightCapture Capture, BundleWriter Bundle)> _captures = new(boundedCapacity: 4);
    BundleWriter? _next;
    long _bytes;
    int _written, _kept;
    bool _full;

    public ExitCode Until(ManualResetEventSlim stop)
    {
        StandardError.Tell(FormattableString.Invariant(
            $"Watching {(options.Recorder.Cpus ?? OnlineCpus.Read()).Count} CPUs. The seconds around each wait of {options.Recorder.Threshold.ToExactString()} or more go to {Visible.Of(output)}-N; Ctrl-C stops."));
        using var recorder = FlightRecorder.Start(options, PathOf, OnCapture);
        var watch = Stopwatch.StartNew();
        var live = new LiveLine();
        while (!stop.IsSet && !_full && !(options.Captures <= _kept) && !(duration is { } length && watch.Elapsed.TotalMilliseconds >= length.Milliseconds))
        {
            live.Show(watch.Elapsed, recorder.Counts);
            if (_captures.TryTake(out var capture, LiveLine.Every))
                Tell(live, capture.Capture, capture.Bundle);
        }
        live.Clear();
        var summary = recorder.Stop();
        while (_captures.TryTake(out var capture))
            Tell(live, capture.Capture, capture.Bundle);
        return Conclude(recorder, summary);
    }

    public void Dispose() => _captures.Dispose();

    // On the recorder's thread.
    string? PathOf(LiveWait stall)
    {
        if (_full || _captures.Count == _captures.BoundedCapacity)
            return null;
        // An earlier run, or one that was killed, may have left some.
        do
            _written++;
        while (Path.Exists(NameOf(_written)) || Path.Exists(NameOf(_written) + BundleFiles.PartialEnding));
        _next = new BundleWriter(NameOf(_written)) { Threshold = options.Recorder.Threshold };
        return _next.RecordingPath;
    }

    string NameOf(int number) => string.Create(CultureInfo.InvariantCulture, $"{output}-{number}");

    void OnCapture(FlightCapture capture) => _captures.Add((capture, _next!));

    void Tell(LiveLine live, FlightCapture capture, BundleWriter bundle)
    {
        live.Clear();
        // A late tick may prove to be nothing: the judge sees more than the trigger.
        if (!AnalyzeCommand.HasStall(bundle.RecordingPath, options.Recorder.Threshold))
        {
            bundle.Abandon();
            return;
        }
        string path = bundle.Finish(capture.Summary, version, capture.Trigger);
        AnalyzeCommand.AnalyzeNew(path, options.Recorder.Threshold);
        _kept++;
        _bytes += new DirectoryInfo(path).EnumerateFiles().Sum(f => f.Length);
        StandardError.Tell($"Written to {Visible.Of(path)}: `netstall analyze {Visible.Of(path)}` tells it again.");
        if (_bytes < mostBytes)
            return;
        _full = true;
        StandardError.Tell(FormattableString.Invariant($"That makes {_bytes / 1e6:0} MB, as many as --max-bytes allows: no more is recorded."));
    }

    ExitCode Conclude(FlightRecorder recorder, RecordingSummary summary)
    {
        var counts = summary.Counts;
        StandardError.Tell(FormattableString.Invariant(
            $"Watched for {summary.Length.Milliseconds / 1000:0.0} s: {recorder.Raises:N0} raises, worst wait {counts.Worst.Milliseconds:0.0#} ms, {counts.Stalls:N0} {(counts.Stalls == 1 ? "stall" : "stalls")}, {_kept} written, {recorder.Skipped} not, {counts.Lost:N0} records lost."));
        StandardError.Tell(FormattableString.Invariant(
            $"It took {summary.OwnCpu.Milliseconds:0} ms of CPU time, {summary.OwnCpu.ShareOf(summary.Length) * 100:0.00} % of one CPU, beside what the kernel spent on writing the records."));
        foreach (string flaw in summary.Flaws)
            StandardError.Tell(flaw);
        return _kept > 0 || counts.Stalls > 0 ? ExitCode.StallsFound
            : recorder.Raises > 0 && counts.Lost == 0 && summary.Flaws.Count == 0 ? ExitCode.NothingFound
            : ExitCode.Inconclusive;
    }
}
