// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using System.Text;
using NetStall.Model;
using NetStall.Recordings;

namespace NetStall.Collapse;

/// <summary>Collapses the events of any recording. The lines are written in time order by <see cref="Finish"/>.</summary>
/// <remarks>
/// It waits until then because only then every comm is known, and because records of several CPUs arrive interleaved. Until then
/// it holds some 40 bytes for each record with a stack, and every distinct stack once. Not thread-safe.
/// </remarks>
public sealed class CollapseSink(Recording recording) : IEventSink
{
    readonly record struct Held(KernelTime Time, CpuId Cpu, Pid Pid, Tid Tid, int Chain);

    readonly List<Held> _held = [];
    readonly ChainTable _chains = new();
    readonly StackBuffer _stack = new();
    byte[] _name = new byte[1024];
    long _withoutStack;

    public void Accept(in KernelEvent e, ReadOnlySpan<ulong> chain)
    {
        if (e.Kind is EventKind.Lost or EventKind.Throttle or EventKind.Unthrottle)
            return;
        if (chain.IsEmpty && e.Kind != EventKind.Sample)
        {
            _withoutStack++;
            return;
        }
        // Frames of a process are named by its mappings, so the same addresses are other frames in another process.
        _held.Add(new Held(e.Time, e.Cpu, e.Pid, e.Tid, _chains.Intern(chain, e.Pid)));
    }

    /// <summary>Writes the lines; the recording must have been read to its end.</summary>
    /// <param name="output">Written in large pieces; neither flushed nor closed.</param>
    /// <param name="form">Which lines.</param>
    public CollapseCount Finish(Stream output, CollapseForm form)
    {
        var writer = new CollapseWriter(output, form);
        var comm = new byte[64];
        var rendered = new Dictionary<(int Chain, bool IsJava), byte[]>();
        foreach (int i in TimeOrder())
        {
            var held = _held[i];
            int length = WriteComm(held, comm);
            var text = comm.AsSpan(0, length);
            bool isJava = text.SequenceEqual("java"u8);
            ref var stack = ref CollectionsMarshal.GetValueRefOrAddDefault(rendered, (held.Chain, isJava), out _);
            stack ??= Render(held, isJava);
            writer.Write(new StackHead(held.Time.Nanoseconds, held.Cpu.Value, held.Pid.Value, held.Tid.Value), text, stack);
        }
        writer.Finish();
        return new CollapseCount(_held.Count, writer.Lines, _withoutStack);
    }

    // Stable: what has the same time stays in the order in which it came.
    int[] TimeOrder()
    {
        var order = new int[_held.Count];
        for (int i = 0; i < order.Length; i++)
            order[i] = i;
        var held = _held;
        Array.Sort(order, (a, b) => held[a].Time.CompareTo(held[b].Time) is not 0 and var byTime ? byTime : a.CompareTo(b));
        return order;
    }

    // perf's words where there is no comm: swapper for the idle task of every CPU, :TID for a task that nothing names.
    int WriteComm(in Held held, byte[] to)
    {
        if (held.Tid.IsIdle)
            return SafeBytes.WriteComm("swapper"u8, to);
        var name = recording.Tasks.Find(held.Tid, held.Time).Comm;
        if (!name.IsKnown)
            return SafeBytes.WriteComm(Encoding.UTF8.GetBytes($":{held.Tid.Value}"), to);
        var bytes = recording.Names.Bytes(name);
        return SafeBytes.WriteComm(bytes[..Math.Min(bytes.Length, to.Length / 3)], to);
    }

    byte[] Render(in Held held, bool isJava)
    {
        _stack.Clear();
        foreach (var frame in recording.Frames.Resolve(_chains.ChainOf(held.Chain), held.Pid, held.Time))
        {
            var symbol = Encoding.UTF8.GetBytes(frame.Function ?? "");
            var dso = Encoding.UTF8.GetBytes(frame.Module ?? "");
            int room = FrameName.Room(symbol.Length, dso.Length);
            if (_name.Length < room)
                _name = new byte[room * 2];
            _stack.Prepend(_name.AsSpan(0, FrameName.Write(symbol, dso, isJava, _name)));
        }
        return _stack.Written.ToArray();
    }
}
