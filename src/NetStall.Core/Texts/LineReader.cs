// SPDX-License-Identifier: Apache-2.0
using NetStall.Recordings;

namespace NetStall.Texts;

/// <summary>Reads a source line by line in one buffer. No line is a string, none is copied.</summary>
/// <remarks>Memory is bounded: of a line longer than <see cref="LongestLine"/> the beginning is given and the rest skipped.</remarks>
public sealed class LineReader(IByteSource source)
{
    public const int LongestLine = 1 << 20;

    byte[] _buffer = new byte[256 * 1024];
    int _start;
    int _end;
    bool _atEnd;
    bool _skipping;

    /// <summary>Number of the line last read, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>Bytes taken from the source so far.</summary>
    public long BytesRead { get; private set; }

    /// <summary>The line last read is the last, and no newline ends it: the text may be cut there.</summary>
    public bool IsCut { get; private set; }

    /// <summary>The line last read was longer than <see cref="LongestLine"/>: its end is missing.</summary>
    public bool IsOverlong { get; private set; }

    /// <summary>The next line without its end, be it \n or \r\n. False at the end of the source.</summary>
    /// <param name="line">Valid until the next call.</param>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        IsCut = IsOverlong = false;
        int looked = 0;
        while (true)
        {
            var rest = _buffer.AsSpan(_start, _end - _start);
            int newline = rest[looked..].IndexOf((byte)'\n');
            if (newline >= 0)
            {
                newline += looked;
                _start += newline + 1;
                looked = 0;
                if (_skipping)
                {
                    _skipping = false;
                    continue;
                }
                line = rest[..newline];
                if (line is [.. var before, (byte)'\r'])
                    line = before;
                return Give(ref line);
            }
            if (_skipping)
                _start = _end;
            looked = _end - _start;
            if (_atEnd)
            {
                line = _buffer.AsSpan(_start, looked);
                _start = _end;
                IsCut = looked > 0;
                return looked > 0 && Give(ref line);
            }
            if (looked == LongestLine)
            {
                line = _buffer.AsSpan(_start, looked);
                _start = _end;
                _skipping = IsOverlong = true;
                return Give(ref line);
            }
            Fill();
        }
    }

    bool Give(ref ReadOnlySpan<byte> line)
    {
        Number++;
        if (Number == 1 && line is [0xEF, 0xBB, 0xBF, .. var afterMark])
            line = afterMark;
        return true;
    }

    void Fill()
    {
        int held = _end - _start;
        if (_start > 0)
        {
            _buffer.AsSpan(_start, held).CopyTo(_buffer);
            _start = 0;
            _end = held;
        }
        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        int room = Math.Min(_buffer.Length, LongestLine) - _end;
        int read = source.Read(_buffer.AsSpan(_end, room));
        _atEnd = read == 0;
        _end += read;
        BytesRead += read;
    }
}
