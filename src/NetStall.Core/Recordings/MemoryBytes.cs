// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Recordings;

/// <summary>A recording that is in memory already.</summary>
public sealed class MemoryBytes(string name, ReadOnlyMemory<byte> bytes) : IByteSource
{
    int _position;

    public string Name => name;
    public long? Length => bytes.Length;

    public int Read(Span<byte> into)
    {
        int read = ReadAt(_position, into);
        _position += read;
        return read;
    }

    public int ReadAt(long offset, Span<byte> into)
    {
        if (offset < 0 || offset >= bytes.Length)
            return 0;
        var rest = bytes.Span[(int)offset..];
        int n = Math.Min(rest.Length, into.Length);
        rest[..n].CopyTo(into);
        return n;
    }
}
