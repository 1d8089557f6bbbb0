// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Symbols;

/// <summary>A piece of a file (or of nothing) that was mapped for execution.</summary>
/// <param name="Start">First address.</param>
/// <param name="End">First address after it.</param>
/// <param name="PageOffset">What lies at <paramref name="Start"/>: bytes into the file.</param>
/// <param name="File">As the kernel told: a path, <c>[vdso]</c>, <c>//anon</c>, <c>[kernel.kallsyms]_text</c> …</param>
public readonly record struct RecordedMap(ulong Start, ulong End, ulong PageOffset, string File)
{
    public bool Covers(ulong address) => address >= Start && address < End;

    public ulong OffsetInFile(ulong address) => unchecked(address - Start + PageOffset);
}
