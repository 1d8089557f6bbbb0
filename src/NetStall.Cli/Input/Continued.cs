// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Cli.Input;

/// <summary>A pipe from its first byte on, of which the first bytes were read already.</summary>
sealed class Continued(ReadOnlyMemory<byte> first, Stream rest) : Stream
{
    ReadOnlyMemory<byte> _first = first;

    public override int Read(Span<byte> buffer)
    {
        if (_first.IsEmpty)
            return rest.Read(buffer);
        int n = Math.Min(_first.Length, buffer.Length);
        _first.Span[..n].CopyTo(buffer);
        _first = _first[n..];
        return n;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
    public override void Flush() => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
