// SPDX-License-Identifier: Apache-2.0
using NetStall.PerfScript;
using NetStall.Recordings;
using NetStall.Texts;

namespace NetStall.Collapse;

/// <summary>Collapses what <c>perf script</c> printed, straight from bytes to bytes; one line in, one name out.</summary>
/// <remarks>
/// The lines are those that <see cref="CollapseSink"/> writes from the events of the same text, without making the events.
/// They come in the order of the text.
/// </remarks>
public sealed class CollapseText
{
    readonly LineReader _lines;
    readonly CollapseWriter _writer;
    readonly CommHead _commHead = new();
    readonly StackBuffer _stack = new();
    readonly byte[] _joined = new byte[64];
    readonly NameCache _names = new();
    byte[] _comm = new byte[256];
    byte[] _name = new byte[1024];

    HeaderShape _shape;
    int _commLength;
    bool _isJava;
    StackHead _head;
    bool _inRecord;
    bool _sawRecord;
    bool _isSample;
    bool _skipsOther;
    long _stacks;
    long _withoutStack;

    CollapseText(IByteSource source, Stream output, CollapseForm form)
    {
        _lines = new LineReader(source);
        _writer = new CollapseWriter(output, form);
    }

    /// <summary>Reads the text to its end and writes its lines.</summary>
    /// <param name="source">Text of <c>perf script</c>.</param>
    /// <param name="output">Written in large pieces; neither flushed nor closed.</param>
    /// <param name="form">Which lines.</param>
    /// <param name="progress">Told now and then how many bytes have been read.</param>
    public static CollapseCount Run(IByteSource source, Stream output, CollapseForm form, Action<long>? progress = null)
    {
        var collapse = new CollapseText(source, output, form);
        collapse.Read(progress);
        return new CollapseCount(collapse._stacks, collapse._writer.Lines, collapse._withoutStack);
    }

    void Read(Action<long>? progress)
    {
        const long Step = 16 << 20;
        long nextReport = Step;
        while (_lines.TryRead(out var line))
        {
            Take(line);
            if (_lines.BytesRead < nextReport)
                continue;
            progress?.Invoke(_lines.BytesRead);
            nextReport = _lines.BytesRead + Step;
        }
        EndRecord();
        _writer.Finish();
        progress?.Invoke(_lines.BytesRead);
    }

    void Take(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty)
        {
            EndRecord();
            _skipsOther = false;
            return;
        }
        if (line[0] == '\t' && _inRecord && TakeFrame(line))
            return;
        if (HeaderLine.TryRead(line, out var header) && _shape.Accepts(header))
        {
            EndRecord();
            TakeHeader(header);
            return;
        }
        TakeOther(line);
    }

    // \tffffffff821ed511 do_syscall_64+0x71 ([kernel.kallsyms])
    // ~~~~~~~~~~~~~~~~~~ ^^^^^^^^^^^^^
    bool TakeFrame(ReadOnlySpan<byte> line)
    {
        const int NameAt = 18;
        if (_lines.IsCut && line[^1] != ')')
            return FrameLine.TryRead(line, out _);
        bool isRegular = line.Length > NameAt && line[NameAt - 1] == ' ' && IsAddress(line.Slice(1, 16));
        if (isRegular && TryPlainName(line[NameAt..], out int length))
        {
            _stack.Prepend(line.Slice(NameAt, length));
            return true;
        }
        // [unknown] (/usr/bin/perf) looks the same at every address, and names of C++ come back with few offsets.
        var key = isRegular && !_isJava ? line[NameAt..] : default;
        if (!key.IsEmpty && _names.TryFind(key, out var known))
        {
            _stack.Prepend(known);
            return true;
        }
        if (!FrameLine.TryRead(line, out var frame))
            return false;
        var name = TakeFrame(frame);
        if (!key.IsEmpty)
            _names.Keep(key, name);
        return true;
    }

    static bool IsAddress(ReadOnlySpan<byte> field)
    {
        int first = field.IndexOfAnyExcept((byte)' ');
        return first >= 0 && SafeBytes.AreHexDigits(field[first..]);
    }

    // A name that needs no change, and nothing behind it but an offset and an object: nearly every one in the kernel.
    bool TryPlainName(ReadOnlySpan<byte> text, out int length)
    {
        length = 0;
        if (_isJava || text[0] is (byte)'[' or (byte)' ' || text[^1] == ' ')
            return false;
        int end = SafeBytes.FirstNotPlain(text);
        if (end < 0)
        {
            length = text.Length;
            return true;
        }
        if (end == 0)
            return false;
        int open = end;
        if (text[end] == '+')
        {
            var offset = text[end..];
            if (!offset.StartsWith("+0x"u8))
                return false;
            int digits = TextNumber.CountHexDigits(offset[3..]);
            if (digits is 0 or > 16)
                return false;
            open = end + 3 + digits;
            length = end;
            if (open == text.Length)
                return true;
            // The blank before the object.
            if (text[open] != ' ')
                return false;
            open++;
        }
        else if (text[end] == '(' && end > 1 && text[end - 1] == ' ' && text[end - 2] != ' ')
            length = end - 1;
        else
            return false;
        return FrameLine.OpeningParenthesis(text) == open;
    }

    ReadOnlySpan<byte> TakeFrame(in FrameLine frame)
    {
        int room = FrameName.Room(frame.Symbol.Length, frame.Object.Length);
        if (_name.Length < room)
            _name = new byte[room * 2];
        int length = FrameName.Write(frame.Symbol, frame.Object, _isJava, _name);
        var name = _name.AsSpan(0, length);
        _stack.Prepend(name);
        return name;
    }

    void TakeHeader(in HeaderLine header)
    {
        _skipsOther = false;
        _sawRecord = true;
        if (header.Event.StartsWith("PERF_RECORD_"u8))
        {
            _commHead.Forget();
            _skipsOther = true;
            return;
        }
        TakeComm(header.Comm);
        _head = new StackHead(header.Nanoseconds, header.Cpu ?? -1, header.Pid ?? -1, header.Tid ?? -1);
        _isSample = !EventNames.IsTracepoint(header.Event);
        _inRecord = true;
        _stack.Clear();
        if (_isSample)
            TakeOnlyFrame(header.Payload.Trim((byte)' '));
        else
            _skipsOther = !LooksWhole(header);
    }

    void TakeComm(ReadOnlySpan<byte> comm)
    {
        if (!_commHead.IsEmpty && _commHead.TryJoin(comm, _joined, out int joined))
            comm = _joined.AsSpan(0, joined);
        if (_comm.Length < comm.Length * 3)
            _comm = new byte[comm.Length * 3];
        _commLength = SafeBytes.WriteComm(comm, _comm);
        _isJava = _comm.AsSpan(0, _commLength).SequenceEqual("java"u8);
    }

    // No chain was recorded: the one address stands on the header's line.
    void TakeOnlyFrame(ReadOnlySpan<byte> payload)
    {
        if (PayloadFrame.TryRead(payload, out var frame))
            TakeFrame(frame);
    }

    // A newline in a comm breaks the payload; what follows is then no comm of a header.
    static bool LooksWhole(in HeaderLine header) => TracepointKinds.Of(header.Event) switch
    {
        TracepointKind.SchedSwitch => header.Payload.IndexOf(" next_prio="u8) >= 0 || PayloadFrame.TryRead(header.Payload.Trim((byte)' '), out _),
        TracepointKind.SchedWaking or TracepointKind.SchedWakeup =>
            header.Payload.IndexOf(" target_cpu="u8) >= 0 || PayloadFrame.TryRead(header.Payload.Trim((byte)' '), out _),
        TracepointKind.FreeText => false,
        _ => true,
    };

    void TakeOther(ReadOnlySpan<byte> line)
    {
        if (_skipsOther || (_inRecord && (_isSample || !_stack.IsEmpty) && line[0] is (byte)' ' or (byte)'\t' or (byte)'<') || (!_inRecord && line[0] == '#' && (!_sawRecord || line.Length > CommHead.LongestLine)))
            return;
        EndRecord();
        if (!_lines.IsCut)
            _commHead.TryHold(line, _lines.Number);
    }

    void EndRecord()
    {
        if (!_inRecord)
            return;
        _inRecord = false;
        if (!_isSample && _stack.IsEmpty)
        {
            _withoutStack++;
            return;
        }
        _stacks++;
        _writer.Write(_head, _comm.AsSpan(0, _commLength), _stack.Written);
    }
}
