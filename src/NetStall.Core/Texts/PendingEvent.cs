// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Texts;

/// <summary>The event whose header was read last, while lines may follow that belong to it: call chain, rest of a payload.</summary>
sealed class PendingEvent(TracepointText tracepoints)
{
    // A payload goes on after a newline in a comm. Two comms of 15 newlines each would be 30 lines.
    const int MostPayload = 4096;

    readonly List<ulong> _chain = [];
    ulong _marker;
    EventHead _head;
    KernelEvent _event;
    TracepointKind _kind;
    byte[] _payload = new byte[256];
    int _payloadLength;
    ReadOnlyMemory<byte> _name;
    bool _inKernelKnown;

    public bool IsEmpty { get; private set; } = true;
    public EventHead Head => _head;
    public TracepointKind Kind => _kind;

    /// <summary>The payload stopped in the middle: the next line may hold the rest.</summary>
    public bool IsIncomplete { get; private set; }

    /// <summary>Line of the header, and the column in it where an incomplete payload stopped.</summary>
    public long Line { get; private set; }
    public int StoppedAtColumn { get; private set; }

    /// <summary>Whether lines beneath it may tell of its frames: a sample, or a tracepoint that has had some.</summary>
    public bool MayHaveChain => _event.Kind == EventKind.Sample || _chain.Count > 0;

    /// <summary>A sample, whose chain may follow.</summary>
    public void StartSample(in EventHead head, int samplerIndex, long line)
    {
        Start(head, TracepointKind.Other, line);
        _event = KernelEvent.Sample(head, inKernel: false, samplerIndex);
        _inKernelKnown = false;
    }

    /// <summary>A tracepoint with what it printed.</summary>
    public void StartTracepoint(in EventHead head, TracepointKind kind, ReadOnlyMemory<byte> name, ReadOnlySpan<byte> payload, long line, int payloadColumn)
    {
        Start(head, kind, line);
        _inKernelKnown = true;
        IsIncomplete = !tracepoints.TryRead(kind, name.Span, payload, head, out _event, out int stoppedAt);
        if (!IsIncomplete)
            return;
        _name = name;
        StoppedAtColumn = payloadColumn + stoppedAt;
        _payloadLength = 0;
        Hold(payload);
    }

    /// <summary>An event that is whole already.</summary>
    public void StartWhole(in KernelEvent e, in EventHead head, long line)
    {
        Start(head, TracepointKind.Other, line);
        _inKernelKnown = true;
        _event = e;
    }

    void Start(in EventHead head, TracepointKind kind, long line)
    {
        IsEmpty = false;
        IsIncomplete = false;
        _head = head;
        _kind = kind;
        Line = line;
        _chain.Clear();
        _marker = 0;
    }

    /// <summary>Takes a line after an incomplete payload as its next part.</summary>
    public void Continue(ReadOnlySpan<byte> line)
    {
        if (_payloadLength + line.Length + 1 > MostPayload)
            return;
        Hold("\n"u8);
        Hold(line);
        IsIncomplete = !tracepoints.TryRead(_kind, _name.Span, _payload.AsSpan(0, _payloadLength), _head, out _event, out _);
    }

    /// <summary>Adds a frame below the last one.</summary>
    public void AddFrame(ulong token, bool inKernel)
    {
        ulong marker = inKernel ? ChainMarker.Kernel : ChainMarker.User;
        if (marker != _marker)
            _chain.Add(_marker = marker);
        _chain.Add(token);
        if (_inKernelKnown)
            return;
        _inKernelKnown = true;
        if (inKernel)
            _event = KernelEvent.Sample(_head, inKernel: true, _event.SamplerIndex);
    }

    /// <summary>Hands the event over. An incomplete one goes as Other: it still proves who ran.</summary>
    public void Flush(IEventSink sink)
    {
        if (IsEmpty)
            return;
        IsEmpty = true;
        sink.Accept(_event, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_chain));
    }

    public EventKind EventKind => _event.Kind;

    void Hold(ReadOnlySpan<byte> bytes)
    {
        bytes = bytes[..Math.Min(bytes.Length, MostPayload - _payloadLength)];
        while (_payloadLength + bytes.Length > _payload.Length)
            Array.Resize(ref _payload, _payload.Length * 2);
        bytes.CopyTo(_payload.AsSpan(_payloadLength));
        _payloadLength += bytes.Length;
    }
}
