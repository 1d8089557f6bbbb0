// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Linux.Bpf;

/// <summary>R0 takes results, R1 to R5 arguments (a call wipes them), R6 to R9 last over calls, the frame pointer is the stack's upper end.</summary>
enum BpfRegister : byte
{
    R0, R1, R2, R3, R4, R5, R6, R7, R8, R9, FramePointer,
}
