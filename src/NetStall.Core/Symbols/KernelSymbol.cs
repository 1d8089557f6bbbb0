// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Symbols;

/// <summary>Where in the kernel an address lies.</summary>
/// <param name="Function">As the symbol table spells it, compiler suffixes included.</param>
/// <param name="Offset">Bytes into the function.</param>
/// <param name="Module">The module's name without brackets; null for the kernel itself.</param>
public readonly record struct KernelSymbol(string Function, ulong Offset, string? Module);
