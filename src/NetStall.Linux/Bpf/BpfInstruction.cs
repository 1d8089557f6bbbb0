// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace NetStall.Linux.Bpf;

/// <summary>Must match <c>struct bpf_insn</c> in linux/bpf.h: eight bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
readonly record struct BpfInstruction(byte Code, byte Registers, short Offset, int Immediate);
