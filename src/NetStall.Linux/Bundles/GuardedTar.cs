// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Linux.Bundles;

/// <summary>A tar that only comes forward, and whose headers are short: the reader of .NET takes an extended header of two gigabytes into memory.</summary>
sealed class GuardedTar(Stream tar) : Stream
{
    /// <summary>A path and some attributes.</summary>
    const int LongestHeader = 1 << 20;

    bool _inData;

    /// <summary>Until it is disposed of, what is read is an entry's data, as long as it likes.</summary>
    public IDisposable Data()
    {
        _inData = true;
        return new End(this);
    }

    public override int Read(Span<byte> buffer)
    {
        if (!_inData && buffer.Length > LongestHeader)
            throw new InvalidDataException("A header is longer than any name.");
        return tar.Read(buffer);
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

    sealed class End(GuardedTar tar) : IDisposable
    {
        public void Dispose() => tar._inData = false;
    }
}
