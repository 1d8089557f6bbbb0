// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Cli.Input;

/// <summary>From when to when a recording tells of each kind of event, CPU by CPU.</summary>
sealed class ToldSpans : IEventSink
{
    readonly Dictionary<(CpuId Cpu, EventKind Kind), (KernelTime First, KernelTime Last)> _spans = [];

    /// <summary>Reads a recording for nothing else.</summary>
    public static ToldSpans Of(string argument)
    {
        var spans = new ToldSpans();
        using var timeline = Timeline.Of(RecordingInput.Open(argument));
        foreach (var reader in timeline.Readers)
        {
            while (reader.ReadSome(spans))
            {
            }
        }
        return spans;
    }

    public void Accept(in KernelEvent e, ReadOnlySpan<ulong> chain)
    {
        // That records were lost, or a sampler stopped, is each recording's own.
        if (e.Kind is EventKind.Lost or EventKind.Throttle or EventKind.Unthrottle)
            return;
        var key = (e.Cpu, e.Kind);
        if (!_spans.TryGetValue(key, out var span))
            span = (e.Time, e.Time);
        _spans[key] = (e.Time < span.First ? e.Time : span.First, e.Time > span.Last ? e.Time : span.Last);
    }

    public void RoundFinished()
    {
    }

    /// <summary>Whether both tell of the same kind of event, on the same CPU, at the same time.</summary>
    public bool Overlaps(ToldSpans other) => _spans.Any(mine =>
        other._spans.TryGetValue(mine.Key, out var theirs) && mine.Value.First <= theirs.Last && theirs.First <= mine.Value.Last);
}
