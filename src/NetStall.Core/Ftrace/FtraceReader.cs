// SPDX-License-Identifier: Apache-2.0
using System.Text;
using NetStall.Model;
using NetStall.Recordings;
using NetStall.Texts;

namespace NetStall.Ftrace;

/// <summary>Reads what tracefs prints in <c>trace</c> and <c>trace_pipe</c>, and what <c>trace-cmd report</c> prints.</summary>
/// <remarks>
/// A stack trace becomes the call chain of the event right before it, or of an event of its own when another CPU's came between.
/// The comm beside an entry is the task's newest, not the one it had then; what payloads say of a task is of that time.
/// A pid that is not printed is -1.
/// </remarks>
public sealed class FtraceReader : IRecordingReader
{
    static readonly Pid _unknownPid = new(-1);

    readonly LineReader _lines;
    readonly PendingEvent _pending;
    readonly HeaderComms _comms;
    readonly CommHead _commHead = new();
    readonly TextFrames _frames = new();
    readonly ClockSteps _clock = new();
    readonly NameTable _eventNames = new();
    readonly List<(byte[] Name, TracepointKind Kind)> _events = [([], TracepointKind.Other)];
    readonly Dictionary<int, int> _lostBefore = [];
    readonly byte[] _joined = new byte[64];

    long _entries;
    bool _ended;
    bool _inUserStack;

    /// <param name="source">The text; read once, from where it stands.</param>
    public FtraceReader(IByteSource source)
    {
        Recording = new Recording(source.Name) { Format = "ftrace text", Frames = _frames };
        _lines = new LineReader(source);
        _pending = new PendingEvent(new TracepointText(Recording));
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
        var last = _pending.Head.Time;
        Flush(sink);
        FlushCommHead();
        foreach (var (cpu, count) in _lostBefore)
            TakeLost(new CpuId(cpu), last, count, sink);
        Conclude();
        return false;
    }

    void Take(ReadOnlySpan<byte> line, IEventSink sink)
    {
        if (line.IsEmpty && !_pending.IsIncomplete)
            return;
        if (line is [(byte)'#', ..] && !_pending.IsIncomplete && !EntryLine.TryRead(line, out _))
        {
            ReadHead(line);
            return;
        }
        if (TakeFrame(line))
            return;
        if (EntryLine.TryRead(line, out var entry))
            TakeEntry(entry, sink);
        else
            TakeOther(line, sink);
    }

    void TakeEntry(in EntryLine entry, IEventSink sink)
    {
        _entries++;
        var time = new KernelTime(entry.Nanoseconds);
        var cpu = new CpuId(entry.Cpu);
        var tid = new Tid(entry.Tid);
        var head = new EventHead(time, cpu, entry.Pid is { } pid ? new Pid(pid) : _unknownPid, tid, entry.Flags, entry.PreemptDepth);

        if (IsStackTrace(entry, out _inUserStack))
        {
            _commHead.Forget();
            if (!_pending.IsEmpty && _pending.Head.Cpu == cpu && _pending.Head.Tid == tid)
                return;
            Flush(sink);
            _pending.StartWhole(KernelEvent.Other(head), head, _lines.Number);
            return;
        }
        Flush(sink);
        if (_lostBefore.Count > 0 && _lostBefore.Remove(entry.Cpu, out int lost))
            TakeLost(cpu, time, lost, sink);
        _clock.OnTime(cpu, time);
        TakeComm(entry, head);
        Recording.TracepointCount++;

        var (name, kind) = Find(entry.Event);
        _pending.StartTracepoint(head, kind, name, entry.Payload, _lines.Number, entry.PayloadAt + 1);
    }

    void TakeComm(in EntryLine entry, in EventHead head)
    {
        var comm = entry.Comm.Trim((byte)' ');
        if (!_commHead.IsEmpty)
        {
            long line = _commHead.Line;
            if (_commHead.TryJoin(entry.Comm, _joined, out int length))
                comm = _joined.AsSpan(0, length);
            else
                Flaw(line, 1, "expected an entry or a part of one", "this line is left out");
        }
        // `<...>`: the kernel's table of comms had no room for it. The idle task is `<idle>` here, and swapper/N in payloads.
        if (head.Tid.IsIdle || comm.EndsWith("<...>"u8))
            return;
        _comms.OnHeader(head.Time, head.Pid == _unknownPid ? null : head.Pid, head.Tid, Recording.Names.Intern(comm));
    }

    (byte[] Name, TracepointKind Kind) Find(ReadOnlySpan<byte> name)
    {
        var id = _eventNames.Intern(name);
        if (id.Value == _events.Count)
            _events.Add((name.ToArray(), TracepointKinds.Of(name)));
        return _events[id.Value];
    }

    // <stack trace>       kernel_stack:         <stack trace >       <user stack trace>
    static bool IsStackTrace(in EntryLine entry, out bool isUser)
    {
        isUser = entry.Event.SequenceEqual("user_stack"u8) || entry.Payload.StartsWith("<user stack"u8);
        return isUser || entry.Event.SequenceEqual("kernel_stack"u8) || entry.Payload.StartsWith("<stack trace"u8);
    }

    //  => try_to_wake_up              => try_to_wake_up+0x3a4/0x600         => try_to_wake_up <ffffffff813a89c4>
    //  =>  <00007fb705191287>         => /lib/libc.so.6[+0xcf503]
    // => try_to_wake_up (ffffffff813a89c4)                                                     trace-cmd report
    bool TakeFrame(ReadOnlySpan<byte> line)
    {
        var p = new PayloadCursor(line);
        p.SkipBlanks();
        if (!p.Skip("=> "u8) || _pending.IsEmpty)
            return false;
        p.SkipBlanks();
        var name = p.Rest;
        ulong address = 0;
        int open = name.IndexOfAny((byte)'<', (byte)'(');
        if (open >= 0)
        {
            TextNumber.ReadHex(name[(open + 1)..], out address);
            name = name[..open];
        }
        int plus = name.IndexOf("+0x"u8);
        if (plus > 0)
            name = name[..plus];
        name = name.Trim((byte)' ').TrimEnd((byte)'[');
        if (_inUserStack)
            _pending.AddFrame(_frames.Intern(default, name, address, inKernel: false), inKernel: false);
        else
            _pending.AddFrame(_frames.Intern(name, "[kernel.kallsyms]"u8, address, inKernel: true), inKernel: true);
        return true;
    }

    void TakeOther(ReadOnlySpan<byte> line, IEventSink sink)
    {
        if (LostLine.TryRead(line, out int cpu, out int count))
        {
            Flush(sink);
            _lostBefore[cpu] = (int)Math.Min((long)_lostBefore.GetValueOrDefault(cpu) + count, int.MaxValue);
            return;
        }
        if (TakeTraceCmdHead(line) || line.StartsWith("##### CPU "u8))
            return;
        if (_lines.IsOverlong)
            Flaw(_lines.Number, LineReader.LongestLine, "the line is longer than 1 MiB", "the rest of it is left out");
        if (_pending.IsIncomplete && !_lines.IsCut)
        {
            _pending.Continue(line);
            return;
        }
        if (!_pending.IsEmpty && _pending.Kind == TracepointKind.FreeText)
            return;
        if (_lines.IsCut)
            Flaw(_lines.Number, line.Length, "the text ends within a line", "this line is left out");
        else if (!_commHead.TryHold(line, _lines.Number))
            Flaw(_lines.Number, 1, $"expected an entry of ftrace, found {LineExcerpt.Of(line)}", "this line is left out");
    }

    // cpus=2       version = 7       CPU 1 is empty
    bool TakeTraceCmdHead(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith("cpus="u8) && TextNumber.TryInt(line["cpus=".Length..].Trim((byte)' '), out int cpus))
        {
            Recording.CpusOnline = cpus;
            return true;
        }
        return _entries == 0 && (line.StartsWith("version = "u8) || line.StartsWith("trace-cmd "u8) || (line.StartsWith("CPU "u8) && line.EndsWith(" is empty"u8)));
    }

    // # entries-in-buffer/entries-written: 14/1649   #P:2
    // # nop latency trace v1.1.5 on 6.18.44
    void ReadHead(ReadOnlySpan<byte> line)
    {
        int cpus = line.IndexOf("#P:"u8);
        if (cpus >= 0)
        {
            var digits = line[(cpus + 3)..];
            if (TextNumber.TryInt(digits[..TextNumber.CountDigits(digits)], out int number))
                Recording.CpusOnline = number;
        }
        int release = line.IndexOf(" latency trace v"u8);
        if (release >= 0 && line[release..].IndexOf(" on "u8) is >= 0 and var on)
            Recording.KernelRelease = Encoding.UTF8.GetString(line[(release + on + 4)..].Trim((byte)' '));
    }

    void TakeLost(CpuId cpu, KernelTime time, int count, IEventSink sink)
    {
        Recording.LostRecords += count;
        Recording.Kinds.Add(EventKind.Lost);
        sink.Accept(KernelEvent.LostOrThrottled(new EventHead(time, cpu, _unknownPid, Tid.Unknown), EventKind.Lost, count), []);
    }

    void Flush(IEventSink sink)
    {
        if (_pending.IsEmpty)
            return;
        if (_pending.IsIncomplete)
            Flaw(_pending.Line, _pending.StoppedAtColumn, $"this is not what {_pending.Kind} prints", "only when it was and who ran is kept");
        Recording.Kinds.Add(_pending.EventKind);
        _pending.Flush(sink);
    }

    void FlushCommHead()
    {
        if (_commHead.IsEmpty)
            return;
        Flaw(_commHead.Line, 1, "expected an entry of ftrace", "this line is left out");
        _commHead.Forget();
    }

    void Conclude()
    {
        if (_entries == 0)
            throw new UnreadableRecordingException(
                $"{Recording.Source} holds no entry of ftrace with a task, a CPU and a time. Take /sys/kernel/tracing/trace with current_tracer nop, or trace-cmd report.");
        if (_clock.LooksRelative)
            Recording.Flaws.Add("", $"the time goes back {_clock.StepsBack} times on one CPU", "lengths of time cannot be told");
    }

    void Flaw(long line, int column, string what, string consequence) => Recording.Flaws.AddLine(line, column, what, consequence);
}
