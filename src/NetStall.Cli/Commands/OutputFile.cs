// SPDX-License-Identifier: Apache-2.0
using NetStall.Cli.Input;
using NetStall.Reports;

namespace NetStall.Cli.Commands;

/// <summary>Where <c>-o</c> points. What stood in it stays until the first byte of the new is there: an input that proves unreadable costs nothing.</summary>
sealed class OutputFile : Stream
{
    readonly FileStream _file;
    readonly bool _isNew;
    bool _written;

    OutputFile(FileStream file, bool isNew) => (_file, _isNew) = (file, isNew);

    /// <summary>
    /// Opens it while the recordings are open, before they are read: none of them is written over, and what may not be written is told
    /// before a pipe has been used up.
    /// </summary>
    /// <exception cref="UsageException">It cannot be written, or is one of the recordings.</exception>
    public static OutputFile Open(string path, params IEnumerable<string> recordings)
    {
        if (recordings.Any(r => File.Exists(r) && SamePath.Of(r) == SamePath.Of(path)))
            throw new UsageException($"Nothing is written to {Visible.Of(path)}: it is the recording itself.");
        try
        {
            bool isNew = !Path.Exists(path);
            return new OutputFile(new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, bufferSize: 0), isNew);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"Nothing can be written to {Visible.Of(path)}: {e.Message}");
        }
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Begin();
        _file.Write(buffer);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>All has been written, if only nothing: what stood there before is gone.</summary>
    public void Finish() => Begin();

    /// <summary>Takes its name away, while another thread may still write to it.</summary>
    public void Abandon()
    {
        if (_file.CanSeek && (_isNew || _written))
            File.Delete(SamePath.Of(_file.Name));
    }

    void Begin()
    {
        // Pipes and devices have no length to take away.
        if (!_written && _file.CanSeek && _file.Length > 0)
            _file.SetLength(0);
        _written = true;
    }

    protected override void Dispose(bool disposing)
    {
        // Nothing came of it: then there is no empty file either.
        if (disposing && _isNew && !_written)
            Abandon();
        _file.Dispose();
        base.Dispose(disposing);
    }

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
    public override void Flush() => _file.Flush();
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
}
