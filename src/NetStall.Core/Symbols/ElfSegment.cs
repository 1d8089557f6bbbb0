// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Symbols;

/// <summary>A PT_LOAD program header.</summary>
readonly record struct ElfSegment(ulong Offset, ulong Address, ulong FileSize, bool Executable);
