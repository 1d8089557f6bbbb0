// SPDX-License-Identifier: Apache-2.0
using NetStall.Recordings;

namespace NetStall.Symbols;

/// <summary>The functions of one program or library, and how its file lies in memory.</summary>
/// <remarks>
/// A sample's address becomes a name in three steps: the mapping gives the offset in the file, the program headers give the
/// address that the file itself speaks of, the symbol table the function.
/// </remarks>
public sealed class ElfSymbols
{
    readonly FunctionRanges _functions;
    readonly ElfSegment[] _segments;

    internal ElfSymbols(FunctionRanges functions, ElfSegment[] segments, string? buildId)
    {
        _functions = functions;
        _segments = segments;
        BuildId = buildId;
    }

    /// <summary>Distinct addresses with a function; 0 in a stripped file.</summary>
    public int Count => _functions.Count;

    /// <summary>In lower-case hexadecimal; null without one.</summary>
    public string? BuildId { get; }

    /// <summary>Reads only the headers, the symbols and their names, by offset.</summary>
    /// <returns>The symbols, or why there are none: one full sentence.</returns>
    public static (ElfSymbols? Symbols, string? Refusal) Read(IByteSource file) => ElfReader.Read(file);

    /// <summary>The same file with the functions of another: a stripped file and its detached debug file.</summary>
    /// <remarks>The program headers stay this file's own: those of a debug file no longer say where anything lies.</remarks>
    public ElfSymbols WithFunctionsOf(ElfSymbols debug) => new(debug._functions, _segments, BuildId);

    /// <summary>The function at an offset of the file.</summary>
    public bool TryFindAtOffset(ulong offset, out string function, out ulong into)
    {
        if (TryAddressOf(offset, out ulong address))
            return TryFind(address, out function, out into);
        function = "";
        into = 0;
        return false;
    }

    /// <summary>The function at an address as the file states it, before loading.</summary>
    public bool TryFind(ulong address, out string function, out ulong into) => _functions.TryFind(address, out function, out into);

    /// <summary>Which stated address the byte at this offset gets.</summary>
    public bool TryAddressOf(ulong offset, out ulong address)
    {
        foreach (var s in _segments)
        {
            if (offset >= s.Offset && offset - s.Offset < s.FileSize)
            {
                address = unchecked(s.Address + (offset - s.Offset));
                return true;
            }
        }
        address = 0;
        return false;
    }
}
