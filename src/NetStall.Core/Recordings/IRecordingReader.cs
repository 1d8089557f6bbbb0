// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Recordings;

/// <summary>Reads one recording once, from its first byte to its last, a piece at a time.</summary>
public interface IRecordingReader
{
    /// <summary>What the recording says of itself: what its head told before the first piece, all of it after the last.</summary>
    Recording Recording { get; }

    /// <summary>How far the source has been read, in bytes, for a progress bar.</summary>
    long BytesRead { get; }

    /// <summary>
    /// Hands the events of the next piece (a buffer's worth) to the sink; false when there was none left. What cannot be read
    /// becomes a flaw, and the rest is read on. Pieces let several recordings be read side by side.
    /// </summary>
    /// <exception cref="UnreadableRecordingException">Nothing of it can be read.</exception>
    bool ReadSome(IEventSink sink);
}
