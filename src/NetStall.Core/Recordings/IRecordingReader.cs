// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Recordings;

/// <summary>Reads one recording once, from its first byte to its last.</summary>
public interface IRecordingReader
{
    /// <summary>What the recording says of itself: what its head told before <see cref="ReadTo"/>, all of it afterwards.</summary>
    Recording Recording { get; }

    /// <summary>Hands every event to the sink. What cannot be read becomes a flaw; the rest is read on.</summary>
    /// <param name="sink">Takes the events; each CPU's in the order in which the recording has them.</param>
    /// <param name="progress">Told now and then how many bytes of the source have been read; null if nobody looks.</param>
    /// <exception cref="UnreadableRecordingException">Nothing of it can be read.</exception>
    void ReadTo(IEventSink sink, Action<long>? progress = null);
}
