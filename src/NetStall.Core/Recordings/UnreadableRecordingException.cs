// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Recordings;

/// <summary>The input cannot be read at all: exit code 2. The message is one full sentence with the way out.</summary>
public sealed class UnreadableRecordingException : Exception
{
    public UnreadableRecordingException(string message) : base(message) { }
    public UnreadableRecordingException(string message, Exception inner) : base(message, inner) { }
    public UnreadableRecordingException() { }
}
