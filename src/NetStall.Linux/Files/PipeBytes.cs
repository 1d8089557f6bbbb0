// SPDX-License-Identifier: Apache-2.0
using NetStall.Recordings;

namespace NetStall.Linux.Files;

/// <summary>A pipe as a source of bytes. What was peeked at to tell its format is handed out again first.</summary>
public sealed class PipeBytes(Stream stream, string name, ReadOnlyMemory<byte> peeked = default) : IByteSource
{
    ReadOnlyMemory<byte> _peeked = peeked;

    public string Name => name;
    public long? Length => null;

    public int Read(Span<byte> into)
    {
        if (_peeked.IsEmpty)
            return stream.Read(into);
        int n = Math.Min(_peeked.Length, into.Length);
        _peeked.Span[..n].CopyTo(into);
        _peeked = _peeked[n..];
        return n;
    }

    public int ReadAt(long offset, Span<byte> into) => throw new NotSupportedException("A pipe has no offsets.");
}
