// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using NetStall.Model;
using static NetStall.Linux.Bpf.BpfRegister;

namespace NetStall.Linux.Bpf;

/// <summary>Holds the CPU inside the kernel until a moment has come, and writes down itself from when to when.</summary>
/// <remarks>
/// <code>
///   main:      [another process: go]  begin = now; deadline = begin + length; loop(callback, deadline); record = { begin, now }; return 0
///   callback:  now >= deadline
/// </code>
/// bpf_loop ends by itself after 2^23 rounds, some hundred milliseconds: a wrong length cannot hang the machine.
/// </remarks>
sealed class HoldingProgram : IDisposable
{
    const int MostRounds = 1 << 23;
    const short Deadline = -8, Key = -16, End = -24, Begin = -32;

    readonly BpfTypes _types = new();
    readonly BpfMap _record = new(entries: 1, valueSize: 16);

    HoldingProgram(BpfProgramType type, Action<BpfAssembler> microseconds, int? onlyProcess)
    {
        var code = new BpfAssembler();
        if (onlyProcess is { } pid)
            code.Call(BpfHelper.GetCurrentPidTgid).ShiftRight(R0, 32).JumpIfNot(R0, pid, "out");
        microseconds(code);
        code.Call(BpfHelper.KtimeGetNs).Store64(FramePointer, Begin, R0)
            .Multiply(R7, 1000).Add(R7, R0).Store64(FramePointer, Deadline, R7)
            .Set(R1, MostRounds).LoadFunction(R2, "callback").Copy(R3, FramePointer).Add(R3, Deadline).Set(R4, 0).Call(BpfHelper.Loop)
            .Call(BpfHelper.KtimeGetNs).Store64(FramePointer, End, R0)
            .StoreZero32(FramePointer, Key).LoadMap(R1, _record.File).Copy(R2, FramePointer).Add(R2, Key).Copy(R3, FramePointer).Add(R3, Begin).Set(R4, 0).Call(BpfHelper.MapUpdate)
            .Mark("out").Set(R0, 0).Exit()
            .Mark("callback").Copy(R6, R2).Call(BpfHelper.KtimeGetNs).Load64(R1, R6, 0).Copy(R2, R0)
            .Set(R0, 0).JumpIfLess(R2, R1, "again").Set(R0, 1)
            .Mark("again").Exit();
        Program = BpfProgram.Load(type, code.Finish(), _types, code["callback"]);
    }

    public BpfProgram Program { get; }

    /// <summary>A socket's filter: holds for as many microseconds as the packet says, and drops the packet; its sender sees success.</summary>
    /// <param name="offset">Where in the packet they stand, as four bytes.</param>
    public static HoldingProgram ForPackets(int offset) => new(
        BpfProgramType.SocketFilter,
        code => code.Set(R2, offset).Copy(R3, FramePointer).Add(R3, Key).Set(R4, 4).StoreZero32(FramePointer, Key).Call(BpfHelper.SkbLoadBytes).Load32(R7, FramePointer, Key),
        onlyProcess: null);

    /// <param name="type">What it is attached to.</param>
    /// <param name="length">How long it holds.</param>
    /// <param name="onlyProcess">Null for whoever runs it.</param>
    public static HoldingProgram For(BpfProgramType type, Elapsed length, int? onlyProcess = null) =>
        new(type, code => code.Set(R7, (int)(length.Nanoseconds / 1000)), onlyProcess);

    /// <summary>From when to when it held last, by the kernel's CLOCK_MONOTONIC; both 0 before the first time.</summary>
    public (KernelTime Begin, KernelTime End) Last()
    {
        Span<byte> span = stackalloc byte[16];
        _record.Read(0, span);
        return (new KernelTime(BinaryPrimitives.ReadInt64LittleEndian(span)), new KernelTime(BinaryPrimitives.ReadInt64LittleEndian(span[8..])));
    }

    public void Dispose()
    {
        Program.Dispose();
        _record.Dispose();
        _types.Dispose();
    }
}
