// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using System.Text;
using NetStall.Linux.Native;
using NetStall.Model;
using static NetStall.Linux.Bpf.BpfRegister;

namespace NetStall.Linux.Bpf;

/// <summary>A program that holds the CPU wherever it is run: what it is attached to decides what the CPU cannot do meanwhile.</summary>
/// <remarks>
/// <code>
///   main:   [not armed, or another thread than ours: leave]     R7 = how long     hold     leave: return 0
/// </code>
/// </remarks>
sealed class HoldingProgram : IDisposable
{
    const short Packet = -16, Comm = -32;
    const int CommSize = 16;

    readonly BpfTypes _types = new();
    readonly HoldRecord _record = new();

    HoldingProgram(BpfProgramType type, Action<BpfAssembler, HoldRecord> howLong)
    {
        var code = new BpfAssembler().Function(BpfTypes.Main);
        howLong(code, _record);
        code.Hold(_record).Mark("leave").Set(R0, 0).Exit().UntilDeadline();
        Program = BpfProgram.Load(type, code, _types);
    }

    public BpfProgram Program { get; }

    public Hold Last => _record.Last;

    /// <summary>A socket's filter: holds for as many microseconds as the packet says, and drops it; its sender sees success.</summary>
    /// <param name="offset">Where in the packet they stand, as four bytes.</param>
    /// <exception cref="SystemCallException">The kernel refuses.</exception>
    public static HoldingProgram ForPackets(int offset) => new(BpfProgramType.SocketFilter, (code, _) => code
        .Set(R2, offset).StoreZero32(FramePointer, Packet).Copy(R3, FramePointer).Add(R3, Packet).Set(R4, sizeof(int)).Call(BpfHelper.SkbLoadBytes)
        .Load32(R7, FramePointer, Packet));

    /// <param name="type">What it is attached to.</param>
    /// <param name="length">How long it holds whoever runs it.</param>
    /// <exception cref="SystemCallException">The kernel refuses.</exception>
    public static HoldingProgram For(BpfProgramType type, Elapsed length) => new(type, (code, _) => code.Set(R7, Microseconds(length)));

    /// <summary>At a tracepoint: holds the thread that has this name and no other, once after each <see cref="Arm"/>.</summary>
    /// <remarks>By name, not by id: a program sees the ids of the host, which a process in a container does not know of itself.</remarks>
    /// <exception cref="SystemCallException">The kernel refuses.</exception>
    public static HoldingProgram ForThread(string comm, Elapsed length) => new(BpfProgramType.RawTracepoint, (code, record) =>
    {
        Span<byte> name = stackalloc byte[CommSize];
        Encoding.ASCII.GetBytes(comm, name);
        var halves = MemoryMarshal.Cast<byte, ulong>(name);
        code.LoadMapValue(R8, record.File).Load64(R0, R8, HoldRecord.Armed).JumpIf(R0, 0, "leave")
            .StoreZero64(FramePointer, Comm).StoreZero64(FramePointer, Comm + 8).Copy(R1, FramePointer).Add(R1, Comm).Set(R2, CommSize).Call(BpfHelper.GetCurrentComm)
            .Load64(R1, FramePointer, Comm).SetWide(R2, halves[0]).JumpIfNot(R1, R2, "leave")
            .Load64(R1, FramePointer, Comm + 8).SetWide(R2, halves[1]).JumpIfNot(R1, R2, "leave")
            .StoreZero64(R8, HoldRecord.Armed)
            .Set(R7, Microseconds(length));
    });

    /// <summary>Lets a program <see cref="ForThread"/> hold once.</summary>
    public void Arm() => _record.Arm();

    public void Dispose()
    {
        Program.Dispose();
        _record.Dispose();
        _types.Dispose();
    }

    static int Microseconds(Elapsed length) => (int)(length.Nanoseconds / 1000);
}
