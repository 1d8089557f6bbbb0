// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Recordings;

public static class RecordingReading
{
    /// <summary>Hands every event to the sink.</summary>
    /// <exception cref="UnreadableRecordingException">Nothing of it can be read.</exception>
    public static void ReadTo(this IRecordingReader reader, IEventSink sink)
    {
        while (reader.ReadSome(sink))
        {
        }
    }
}
