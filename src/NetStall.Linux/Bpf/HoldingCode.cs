// SPDX-License-Identifier: Apache-2.0
using static NetStall.Linux.Bpf.BpfRegister;

namespace NetStall.Linux.Bpf;

/// <summary>The instructions that keep a CPU inside the kernel until a moment has come, and write down themselves from when to when.</summary>
/// <remarks>
/// <code>
///   begin = now; deadline = begin + R7 microseconds; loop(until, deadline); end = now; CPU        until:  now >= deadline
/// </code>
/// bpf_loop ends by itself after 2^23 rounds, some hundred milliseconds: a wrong length cannot hang the machine.
/// </remarks>
static class HoldingCode
{
    const int MostRounds = 1 << 23;
    const short Deadline = -8;

    /// <summary>Within a function: holds for as many microseconds as R7 says. Uses the stack's first word, and R8.</summary>
    public static BpfAssembler Hold(this BpfAssembler code, HoldRecord record) => code
        .LoadMapValue(R8, record.File)
        .Call(BpfHelper.KtimeGetNs).Store64(R8, HoldRecord.Begin, R0)
        .Multiply(R7, 1000).Add(R7, R0).Store64(FramePointer, Deadline, R7)
        .Set(R1, MostRounds).LoadFunction(R2, BpfTypes.Until).Copy(R3, FramePointer).Add(R3, Deadline).Set(R4, 0).Call(BpfHelper.Loop)
        .Call(BpfHelper.GetSmpProcessorId).Store64(R8, HoldRecord.Cpu, R0)
        .Call(BpfHelper.KtimeGetNs).Store64(R8, HoldRecord.End, R0);

    /// <summary>The function that bpf_loop calls: 1 when it is over.</summary>
    public static BpfAssembler UntilDeadline(this BpfAssembler code) => code
        .Function(BpfTypes.Until).Copy(R6, R2)
        .Call(BpfHelper.KtimeGetNs).Copy(R2, R0).Load64(R1, R6, 0)
        .Set(R0, 0).JumpIfLess(R2, R1, "again").Set(R0, 1)
        .Mark("again").Exit();
}
