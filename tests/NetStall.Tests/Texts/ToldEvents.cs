// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using NetStall.Model;
using NetStall.Recordings;

namespace NetStall.Tests.Texts;

/// <summary>Writes events down as lines, so that a test can be read.</summary>
sealed class ToldEvents(Recording recording) : IEventSink
{
    public List<string> Lines { get; } = [];
    public List<KernelEvent> Events { get; } = [];

    public static ToldEvents Of(IRecordingReader reader)
    {
        var told = new ToldEvents(reader.Recording);
        reader.ReadTo(told);
        return told;
    }

    public override string ToString() => string.Join("\n", Lines);

    public void Accept(in KernelEvent e, ReadOnlySpan<ulong> chain)
    {
        Events.Add(e);
        var line = new StringBuilder();
        line.Append(CultureInfo.InvariantCulture, $"{e.Time.Nanoseconds} {e.Cpu} {e.Pid}/{e.Tid} {e.Kind}{What(e)}");
        if (e.Flags != ContextFlags.None)
            line.Append(CultureInfo.InvariantCulture, $" [{e.Flags & ~ContextFlags.Known} {e.PreemptDepth}]");
        if (!chain.IsEmpty)
            line.Append(Chain(chain, e));
        Lines.Add(line.ToString());
    }

    string Name(NameId id) => recording.Names.Text(id) is { } text ? $"'{text}'" : "unknown";

    string What(in KernelEvent e) => e.Kind switch
    {
        EventKind.SoftirqRaise or EventKind.SoftirqEntry or EventKind.SoftirqExit => $" {e.Vector.KernelName()}",
        EventKind.HardirqEntry or EventKind.HardirqExit => $" {e.Irq} {Name(e.HandlerName)}",
        EventKind.VectorEntry or EventKind.VectorExit => $" {Name(e.HandlerName)}",
        EventKind.SchedSwitch => $" {Name(e.PreviousComm)} {e.PreviousPriority} {e.Door} to {e.NextTid} {Name(e.NextComm)} {e.NextPriority}",
        EventKind.SchedWaking or EventKind.SchedWakeup => $" {e.WokenTid} {Name(e.WokenComm)} {e.WokenPriority} on {e.TargetCpu}",
        EventKind.NapiPoll => $" {Name(e.Device)} {e.Work} of {e.Budget}",
        EventKind.SyscallEnter or EventKind.SyscallExit => $" {e.SyscallNumber}",
        EventKind.CpuIdle => $" {e.IdleState}",
        EventKind.WorkStart or EventKind.WorkEnd => $" {Name(e.WorkFunction)}",
        EventKind.Sample => $" {e.SamplerIndex}{(e.InKernel ? " in kernel" : "")}",
        EventKind.Lost => $" {e.LostRecords}",
        _ => "",
    };

    string Chain(ReadOnlySpan<ulong> chain, in KernelEvent e)
    {
        var text = new StringBuilder();
        foreach (ulong token in chain)
        {
            if (ChainMarker.IsMarker(token))
            {
                text.Append(token == ChainMarker.Kernel ? " kernel:" : " user:");
                continue;
            }
            var frame = recording.Frames.Resolve([token], e.Pid, e.Time)[0];
            text.Append(CultureInfo.InvariantCulture, $" {frame.Function ?? (frame.Address == 0 ? "?" : $"0x{frame.Address:x}")}{(frame.Module is null ? "" : $"({frame.Module})")}");
        }
        return text.ToString();
    }
}
