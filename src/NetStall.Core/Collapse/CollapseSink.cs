// SPDX-License-Identifier: Apache-2.0
using System.Text;
using NetStall.Model;
using NetStall.Recordings;

namespace NetStall.Collapse;

/// <summary>Collapses the events of any recording: a line for each, written as it comes.</summary>
/// <remarks>
/// Events must come in order of time over all CPUs, and what the recording tells of their tasks and mappings before them
/// (<see cref="Ordering.TimeOrder"/> sees to both), so nothing is held but names. Not thread-safe.
/// </remarks>
/// <param name="recording">Whose tasks and frames are named.</param>
/// <param name="output">Written in large pieces; neither flushed nor closed.</param>
/// <param name="form">Which lines.</param>
public sealed class CollapseSink(Recording recording, Stream output, CollapseForm form) : IEventSink
{
    /// <summary>Frames that are told apart hold their names; so many are remembered.</summary>
    const int MostNames = 1 << 17;

    readonly CollapseWriter _writer = new(output, form);
    readonly StackBuffer _stack = new();
    readonly byte[] _comm = new byte[64];
    readonly Dictionary<Frame, byte[]> _names = new(ReferenceEqualityComparer.Instance);
    readonly Dictionary<Frame, byte[]> _javaNames = new(ReferenceEqualityComparer.Instance);
    readonly Dictionary<string, byte[]> _moduleNames = [];
    byte[] _name = new byte[1024];
    long _stacks, _withoutStack;

    public void Accept(in KernelEvent e, ReadOnlySpan<ulong> chain)
    {
        if (e.Kind is EventKind.Lost or EventKind.Throttle or EventKind.Unthrottle)
            return;
        if (chain.IsEmpty && e.Kind != EventKind.Sample)
        {
            _withoutStack++;
            return;
        }
        _stacks++;
        int length = WriteComm(e, _comm);
        var comm = _comm.AsSpan(0, length);
        bool isJava = comm.SequenceEqual("java"u8);

        _stack.Clear();
        var frames = recording.Frames.Resolve(chain, e.Pid, e.Time);
        for (int i = 0; i < frames.Count; i++)
            _stack.Prepend(NameOf(frames[i], isJava));
        _writer.Write(new StackHead(e.Time.Nanoseconds, e.Cpu.Value, e.Pid.Value, e.Tid.Value), comm, _stack.Written);
    }

    /// <summary>Nothing more comes: writes what is left.</summary>
    public CollapseCount Finish()
    {
        _writer.Finish();
        return new CollapseCount(_stacks, _writer.Lines, _withoutStack);
    }

    // perf's words where there is no comm: swapper for the idle task of every CPU, :TID for a task that nothing names.
    int WriteComm(in KernelEvent e, byte[] to)
    {
        if (e.Tid.IsIdle)
            return SafeBytes.WriteComm("swapper"u8, to);
        var name = recording.Tasks.Find(e.Tid, e.Time).Comm;
        if (!name.IsKnown)
            return SafeBytes.WriteComm(Encoding.UTF8.GetBytes($":{e.Tid.Value}"), to);
        var bytes = recording.Names.Bytes(name);
        return SafeBytes.WriteComm(bytes[..Math.Min(bytes.Length, to.Length / 3)], to);
    }

    byte[] NameOf(Frame frame, bool isJava)
    {
        // Nameless frames are many, and new ones each time; their modules are few.
        if (frame.Function is null)
            return Known(_moduleNames, frame.Module ?? "", frame, isJava);
        return Known(isJava ? _javaNames : _names, frame, frame, isJava);
    }

    byte[] Known<TKey>(Dictionary<TKey, byte[]> names, TKey key, Frame frame, bool isJava) where TKey : notnull
    {
        if (names.TryGetValue(key, out byte[]? name))
            return name;
        if (names.Count >= MostNames)
            names.Clear();
        name = Render(frame, isJava);
        names.Add(key, name);
        return name;
    }

    byte[] Render(Frame frame, bool isJava)
    {
        var symbol = Encoding.UTF8.GetBytes(frame.Function ?? "");
        var dso = Encoding.UTF8.GetBytes(frame.Module ?? "");
        int room = FrameName.Room(symbol.Length, dso.Length);
        if (_name.Length < room)
            _name = new byte[room * 2];
        return _name[..FrameName.Write(symbol, dso, isJava, _name)];
    }
}
