// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using System.Text;
using NetStall.Linux.Native;
using NetStall.Model;
using NetStall.PerfData.Writing;

namespace NetStall.Linux.PerfEvents;

/// <summary>One event, open on one CPU for all tasks. It counts nothing until it is enabled, and goes with its file.</summary>
sealed unsafe class PerfEvent : SafeHandle
{
    PerfEvent(int file, PerfEventSpec spec, CpuId cpu) : base(-1, ownsHandle: true)
    {
        SetHandle(file);
        Spec = spec;
        Cpu = cpu;
    }

    public PerfEventSpec Spec { get; }
    public CpuId Cpu { get; }
    public override bool IsInvalid => handle < 0;
    public int File => (int)handle;

    /// <exception cref="SystemCallException">The kernel refuses.</exception>
    public static PerfEvent Open(PerfEventSpec spec, CpuId cpu)
    {
        byte* attr = stackalloc byte[PerfEventSpec.AttrSize];
        spec.WriteAttr(new Span<byte>(attr, PerfEventSpec.AttrSize));
        int file = PerfNative.Open(attr, task: -1, cpu.Value, group: -1, PerfNative.CloseOnExec);
        if (file < 0)
            throw SystemCallException.Last($"perf_event_open of {spec.Name} on {cpu}");
        var opened = new PerfEvent(file, spec, cpu);
        if (spec.Filter is { } filter)
            opened.SetFilter(filter);
        return opened;
    }

    /// <summary>Of the calling thread alone, on whichever CPU it runs.</summary>
    /// <exception cref="SystemCallException">The kernel refuses.</exception>
    public static PerfEvent OpenOwn(PerfEventSpec spec)
    {
        byte* attr = stackalloc byte[PerfEventSpec.AttrSize];
        spec.WriteAttr(new Span<byte>(attr, PerfEventSpec.AttrSize));
        int file = PerfNative.Open(attr, task: 0, cpu: -1, group: -1, PerfNative.CloseOnExec);
        return file >= 0 ? new PerfEvent(file, spec, new CpuId(-1)) : throw SystemCallException.Last($"perf_event_open of {spec.Name} for the own thread");
    }

    /// <summary>What its records carry.</summary>
    public ulong ReadId()
    {
        ulong id;
        Check(PerfNative.GetId, (nint)(&id), "id");
        return id;
    }

    public void Enable() => Check(PerfNative.Enable, 0, "enable");
    public void Disable() => Check(PerfNative.Disable, 0, "disable");

    /// <summary>Runs a BPF program at each of its interrupts.</summary>
    public void Run(int program) => Check(PerfNative.SetProgram, program, "set program");

    /// <summary>Sends its records into another event's ring, of the same CPU.</summary>
    public void WriteInto(PerfEvent other) => Check(PerfNative.SetOutput, other.File, "set output");

    /// <summary>Holds its ring still for reading, or lets it go on.</summary>
    public void Pause(bool paused) => Check(PerfNative.PauseOutput, paused ? 1 : 0, "pause output");

    void SetFilter(string filter)
    {
        fixed (byte* text = Encoding.UTF8.GetBytes(filter + "\0"))
            Check(PerfNative.SetFilter, (nint)text, $"filter `{filter}`");
    }

    void Check(uint request, nint argument, string what)
    {
        if (PerfNative.ioctl(File, request, argument) < 0)
            throw SystemCallException.Last($"{what} of {Spec.Name} on {Cpu}");
    }

    protected override bool ReleaseHandle()
    {
        // SafeFileHandle knows how to close a file, and marks nothing of it as ours.
        using var file = new Microsoft.Win32.SafeHandles.SafeFileHandle(handle, ownsHandle: true);
        return true;
    }
}
