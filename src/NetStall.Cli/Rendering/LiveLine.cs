// SPDX-License-Identifier: Apache-2.0
using NetStall.Linux.PerfEvents;

namespace NetStall.Cli.Rendering;

/// <summary>One line on standard error that says how a recording goes, where a terminal watches.</summary>
sealed class LiveLine
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    readonly bool _isSeen = !Console.IsErrorRedirected;
    RecorderCounts _before;
    TimeSpan _at;

    public void Show(TimeSpan since, RecorderCounts counts)
    {
        if (!_isSeen || since == TimeSpan.Zero)
            return;
        double seconds = Math.Max((since - _at).TotalSeconds, 0.001);
        string lost = counts.Lost > 0 ? FormattableString.Invariant($" · {counts.Lost:N0} lost") : "";
        Write(FormattableString.Invariant(
            $"{since.TotalSeconds,5:0} s · {(counts.Samples - _before.Samples) / seconds:N0} stacks/s · {(counts.Tracepoints - _before.Tracepoints) / seconds:N0} tracepoints/s · {counts.Bytes / 1e6:0.0} MB{lost} · worst wait {counts.Worst.Milliseconds:0.0} ms · {counts.Stalls} {(counts.Stalls == 1 ? "stall" : "stalls")}"));
        (_before, _at) = (counts, since);
    }

    public void Clear()
    {
        if (_isSeen)
            Write("");
    }

    // Back to the line's beginning, and away with what stood there.
    static void Write(string text) => Console.Error.Write($"\r\u001b[K{text}");
}
