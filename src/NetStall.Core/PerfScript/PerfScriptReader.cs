// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Recordings;
using NetStall.Texts;

namespace NetStall.PerfScript;

/// <summary>Reads what <c>perf script</c> printed, with any choice of fields that has a time.</summary>
/// <remarks>
/// Where no CPU is printed, every event is of cpu-1, which is no CPU: who ran before whom can then not be told, and a flaw says so.
/// A comm loses the blanks at its ends, which are padding as often as not. A pid that is not printed is -1, as perf itself writes it.
/// </remarks>
public sealed class PerfScriptReader : IRecordingReader
{
    static readonly Pid _unknownPid = new(-1);
    static readonly CpuId _unknownCpu = new(-1);

    readonly LineReader _lines;
    readonly EventTable _events;
    readonly ScriptHead _head;
    readonly TaskLines _taskLines;
    readonly TracepointText _tracepoints;
    readonly PendingEvent _pending;
    readonly HeaderComms _comms;
    readonly CommHead _commHead = new();
    readonly TextFrames _frames = new();
    readonly ClockSteps _clock = new();
    readonly byte[] _joined = new byte[64];

    long _headers;
    long _withoutCpu;
    long _withoutTrace;
    HeaderShape _shape;
    bool _ended;
    bool _inNoise;
    byte[]? _heldTaskLine;
    EventHead _heldHead;

    /// <param name="source">The text; read once, from where it stands.</param>
    public PerfScriptReader(IByteSource source)
    {
        Recording = new Recording(source.Name) { Format = "perf script text", Frames = _frames };
        _lines = new LineReader(source);
        _events = new EventTable(Recording);
        _head = new ScriptHead(Recording, _events);
        _taskLines = new TaskLines(Recording);
        _tracepoints = new TracepointText(Recording);
        _pending = new PendingEvent(_tracepoints);
        _comms = new HeaderComms(Recording.Tasks);
    }

    public Recording Recording { get; }

    public long BytesRead => _lines.BytesRead;

    public bool ReadSome(IEventSink sink)
    {
        if (_ended)
            return false;
        long before = _lines.BytesRead;
        while (_lines.TryRead(out var line))
        {
            Take(line, sink);
            if (_lines.BytesRead != before)
                return true;
        }
        _ended = true;
        Flush(sink);
        FlushCommHead();
        Conclude();
        return false;
    }

    void Take(ReadOnlySpan<byte> line, IEventSink sink)
    {
        if (line.IsEmpty && !_pending.IsIncomplete)
        {
            Flush(sink);
            _inNoise = false;
            return;
        }
        if (line is [(byte)'\t', ..] && TakeFrame(line))
            return;
        if (HeaderLine.TryRead(line, out var header) && _shape.Accepts(header))
        {
            Flush(sink);
            _inNoise = false;
            TakeHeader(header, sink);
            return;
        }
        TakeOther(line, sink);
    }

    bool TakeFrame(ReadOnlySpan<byte> line)
    {
        if (_pending.IsEmpty || !FrameLine.TryRead(line, out var frame))
            return false;
        // Cut in the middle of a name it would name another function.
        if (_lines.IsCut && line[^1] != ')')
        {
            Flaw(line.Length, "the text ends within a line", "this frame is left out");
            return true;
        }
        AddFrame(frame);
        return true;
    }

    void AddFrame(in FrameLine frame)
    {
        bool inKernel = frame.InKernel;
        _pending.AddFrame(_frames.Intern(frame.Symbol, frame.Object, frame.Address, inKernel), inKernel);
    }

    void TakeHeader(in HeaderLine header, IEventSink sink)
    {
        _headers++;
        if (header.Cpu is null)
            _withoutCpu++;
        var time = new KernelTime(header.Nanoseconds);
        var tid = header.Tid is { } t ? new Tid(t) : Tid.Unknown;
        var cpu = header.Cpu is { } c ? new CpuId(c) : _unknownCpu;
        var head = new EventHead(time, cpu, header.Pid is { } pid ? new Pid(pid) : _unknownPid, tid);

        if (header.Event.StartsWith("PERF_RECORD_"u8))
        {
            // Synthesized ones, of what was there before, have time 0.
            if (time.Nanoseconds > 0)
                _clock.OnTime(cpu, time);
            FlushCommHead();
            TakeTaskLine(header, head, sink);
            return;
        }
        _clock.OnTime(cpu, time);
        TakeComm(header, head);
        Start(header, head);
    }

    void TakeComm(in HeaderLine header, in EventHead head)
    {
        var comm = header.Comm.Trim((byte)' ');
        if (!_commHead.IsEmpty)
        {
            long line = _commHead.Line;
            if (_commHead.TryJoin(header.Comm, _joined, out int length))
                comm = _joined.AsSpan(0, length);
            else
                LineFlaw(line, 1, "expected a record or a part of one", "this line is left out");
        }
        // `:1234` is perf's word for a task of which it knows no comm.
        if (comm.IsEmpty || !head.Tid.IsKnown || IsPlaceholder(comm, head.Tid))
            return;
        // The idle task has another comm on each CPU and no records of its own.
        if (!head.Tid.IsIdle)
            _comms.OnHeader(head.Time, head.Pid == _unknownPid ? null : head.Pid, head.Tid, Recording.Names.Intern(comm));
    }

    static bool IsPlaceholder(ReadOnlySpan<byte> comm, Tid tid) => comm[0] == ':' && TextNumber.TryInt(comm[1..], out int number) && number == tid.Value;

    void Start(in HeaderLine header, EventHead head)
    {
        var payload = header.Payload.Trim((byte)' ');
        var e = _events.Find(header.Event, header.Period);
        if (e.IsTracepoint)
        {
            Recording.TracepointCount++;
            // -F without trace: at most the address of the code that traced stands there.
            if (e.Kind != TracepointKind.Other && (payload.IsEmpty || PayloadFrame.TryRead(payload, out _)))
            {
                _withoutTrace++;
                _pending.StartWhole(KernelEvent.Other(head), head, _lines.Number);
                return;
            }
            _pending.StartTracepoint(head, e.Kind, e.Name, header.Payload, _lines.Number, header.PayloadAt + 1);
            return;
        }
        Recording.SampleCount++;
        // -F +cgroup:  cpu-clock:  /kubepods/besteffort/pod7c97…   and the address after it where no chain was recorded
        if (payload is [(byte)'/', ..])
            head = head with { Cgroup = _taskLines.CgroupOf(payload) };
        _pending.StartSample(head, e.SamplerIndex, _lines.Number);
        if (payload.IsEmpty || payload[0] == '/')
            return;
        if (PayloadFrame.TryRead(payload, out var only))
            AddFrame(only);
    }

    void TakeTaskLine(in HeaderLine header, in EventHead head, IEventSink sink)
    {
        _inNoise = true;
        if (_taskLines.TryRead(header.Event, header.Payload, head, out var told))
        {
            if (told is { } e)
            {
                Recording.Kinds.Add(e.Kind);
                sink.Accept(e, []);
            }
            return;
        }
        // PERF_RECORD_COMM: nl          and the rest of the comm in the next line
        if (!header.Event.SequenceEqual("PERF_RECORD_COMM"u8))
            return;
        _heldTaskLine = header.Payload.ToArray();
        _heldHead = head;
    }

    // No frame, no header.
    void TakeOther(ReadOnlySpan<byte> line, IEventSink sink)
    {
        if (_lines.IsOverlong)
            Flaw(LineReader.LongestLine, "the line is longer than 1 MiB", "the rest of it is left out");
        if (_heldTaskLine is { } held)
        {
            byte[] joined = [.. held, (byte)'\n', .. line[..Math.Min(line.Length, 64)]];
            _heldTaskLine = !_taskLines.TryRead("PERF_RECORD_COMM"u8, joined, _heldHead, out _) && joined.Length < 128 ? joined : null;
            return;
        }
        // Once records have come, a short one may be the beginning of a comm with a newline.
        if (line is [(byte)'#', ..] && _pending.IsEmpty && (_headers == 0 || line.Length > CommHead.LongestLine))
        {
            _head.Read(line);
            return;
        }
        if (_pending.IsIncomplete && !_lines.IsCut)
        {
            _pending.Continue(line);
            return;
        }
        // Rests of --show-namespace-events and others; source lines ("  file.c:12"), registers and branches beneath a frame; long messages.
        if (line.IsEmpty || _inNoise || (!_pending.IsEmpty && (_pending.Kind == TracepointKind.FreeText || (_pending.MayHaveChain && line[0] is (byte)' ' or (byte)'\t' or (byte)'<'))))
            return;
        Flush(sink);
        if (_lines.IsCut)
            Flaw(line.Length, "the text ends within a line", "this line is left out");
        else if (!_commHead.TryHold(line, _lines.Number))
            LineFlaw(_lines.Number, 1, Found("expected a record of perf script, found", line), "this line is left out");
    }

    void Flush(IEventSink sink)
    {
        _heldTaskLine = null;
        if (_pending.IsEmpty)
            return;
        if (_pending.IsIncomplete)
            LineFlaw(_pending.Line, _pending.StoppedAtColumn, $"this is not what {_pending.Kind} prints", "only when it was and who ran is kept");
        Recording.Kinds.Add(_pending.EventKind);
        _pending.Flush(sink);
    }

    void FlushCommHead()
    {
        if (_commHead.IsEmpty)
            return;
        LineFlaw(_commHead.Line, 1, "expected a record of perf script", "this line is left out");
        _commHead.Forget();
    }

    void Conclude()
    {
        if (_headers == 0)
            throw new UnreadableRecordingException(
                $"{Recording.Source} holds no record of perf script with a time. Print it with: perf script --ns -F comm,pid,tid,cpu,time,event,ip,sym,dso,trace");
        if (_withoutCpu > 0)
            Recording.Flaws.Add("", $"{_withoutCpu} of {_headers} records name no CPU (recorded without -a or -C, or printed without -F cpu)",
                "who kept whom from running on which CPU cannot be told from them");
        if (_withoutTrace > 0)
            Recording.Flaws.Add("", $"{_withoutTrace} of {Recording.TracepointCount} tracepoints were printed without what they tell (-F without trace)",
                "only when they were and who ran is kept of them");
        if (_clock.LooksRelative)
            Recording.Flaws.Add("", $"the time goes back {_clock.StepsBack} times on one CPU (--deltatime, or texts put together)",
                "lengths of time cannot be told");
    }

    void Flaw(int column, string what, string consequence) => LineFlaw(_lines.Number, column, what, consequence);

    void LineFlaw(long line, int column, string what, string consequence) => Recording.Flaws.AddLine(line, column, what, consequence);

    string Found(string expected, ReadOnlySpan<byte> line) => Recording.Flaws.WantsWords ? $"{expected} {LineExcerpt.Of(line)}" : "";
}
