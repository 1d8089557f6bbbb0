// SPDX-License-Identifier: Apache-2.0
using NetStall.Linux.Native;
using NetStall.Model;
using static NetStall.Linux.Bpf.BpfRegister;

namespace NetStall.Linux.Bpf;

/// <summary>A program that sets a timer, whose callback holds the CPU: the kernel runs it in the softirq of its timers (kernel/bpf/helpers.c).</summary>
/// <remarks>
/// <code>
///   main:   slot = timers[0]; init(slot); set_callback(slot, tick); start(slot, in 1 ms); return 0
///   tick:   R7 = how long     hold     return 0
/// </code>
/// The kernel arms the timer on the CPU that runs main, unless that one idles.
/// </remarks>
sealed class TimerProgram : IDisposable
{
    const short Key = -8;
    const int MonotonicClock = 1;
    const int Delay = 1_000_000;

    readonly BpfTypes _types = new();
    readonly HoldRecord _record = new();
    readonly BpfMap _timers;

    /// <exception cref="SystemCallException">The kernel refuses.</exception>
    public TimerProgram(Elapsed length)
    {
        _timers = BpfMap.OfTimer(_types);
        Program = BpfProgram.Load(BpfProgramType.SocketFilter, Code((int)(length.Nanoseconds / 1000)), _types);
    }

    public BpfProgram Program { get; }

    public Hold Last => _record.Last;

    public void Dispose()
    {
        Program.Dispose();
        _timers.Dispose();
        _record.Dispose();
        _types.Dispose();
    }

    BpfAssembler Code(int microseconds) => new BpfAssembler()
        .Function(BpfTypes.Main)
        .StoreZero32(FramePointer, Key).LoadMap(R1, _timers.File).Copy(R2, FramePointer).Add(R2, Key).Call(BpfHelper.MapLookup)
        .JumpIf(R0, 0, "leave").Copy(R6, R0)
        .Copy(R1, R6).LoadMap(R2, _timers.File).Set(R3, MonotonicClock).Call(BpfHelper.TimerInit)
        .Copy(R1, R6).LoadFunction(R2, BpfTypes.Tick).Call(BpfHelper.TimerSetCallback)
        .Copy(R1, R6).Set(R2, Delay).Set(R3, 0).Call(BpfHelper.TimerStart)
        .Mark("leave").Set(R0, 0).Exit()
        .Function(BpfTypes.Tick).Set(R7, microseconds).Hold(_record).Set(R0, 0).Exit()
        .UntilDeadline();
}
