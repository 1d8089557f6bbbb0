// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Model;

/// <summary>One frame of a call chain, named as far as it can be.</summary>
/// <param name="Function">The function as the symbol table spells it, suffixes included; null when no symbol covers the address.</param>
/// <param name="Module">File name of the object or <c>[kernel]</c>, <c>[module]</c>; null when unknown.</param>
/// <param name="InKernel">Whether this is a kernel frame.</param>
/// <param name="Address">Where: the address as recorded, or 0 when the source had none.</param>
/// <param name="Offset">Bytes into the function; 0 when unknown.</param>
public sealed record Frame(string? Function, string? Module, bool InKernel, ulong Address = 0, ulong Offset = 0);
