// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Model;

/// <summary>Takes the events of a recording: each CPU's in time order, CPUs interleaved in any way.</summary>
public interface IEventSink
{
    /// <summary>Takes one event. <paramref name="chain"/> is valid only during the call.</summary>
    /// <param name="e">The event.</param>
    /// <param name="chain">
    /// Instruction pointers, leaf first, with perf's context markers (<see cref="ChainMarker"/>) between them, as in a PERF_RECORD_SAMPLE.
    /// Sources without addresses (text) put tokens of their own in their place; the recording's <see cref="IFrameResolver"/> understands either.
    /// Empty when none was recorded.
    /// </param>
    void Accept(in KernelEvent e, ReadOnlySpan<ulong> chain);

    /// <summary>
    /// perf's FINISHED_ROUND: every ring has been emptied once more. No event to come is older than the newest one that had
    /// come by the round before. Sources without rounds never say so.
    /// </summary>
    void RoundFinished() { }
}
