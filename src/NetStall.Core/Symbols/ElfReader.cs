// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using NetStall.Recordings;

namespace NetStall.Symbols;

/// <summary>Reads the parts of a 64-bit little-endian ELF file that symbols need. Believes no number in it before checking.</summary>
/// <remarks>Must match <c>Elf64_Ehdr</c>, <c>Elf64_Phdr</c>, <c>Elf64_Shdr</c>, <c>Elf64_Sym</c> and <c>Elf64_Nhdr</c> of <c>elf.h</c>.</remarks>
sealed class ElfReader
{
    const int EhdrSize = 64, PhdrSize = 56, ShdrSize = 64, SymSize = 24;
    const int MostHeaders = 1 << 17;
    const int LongestNotes = 1 << 16;

    // The largest programs about (browsers, with their own names in) have 100 MB of names.
    const long LargestTable = 1 << 28;

    enum SectionType : uint
    {
        SymbolTable = 2,
        DynamicSymbols = 11,
    }

    readonly record struct Section(SectionType Type, ulong Flags, ulong Offset, ulong Size, uint Link)
    {
        public bool Executable => (Flags & 4) != 0;
    }

    readonly IByteSource _file;
    readonly long _length;
    readonly List<ElfSegment> _segments = [];
    Section[] _sections = [];
    string? _buildId;

    ElfReader(IByteSource file, long length)
    {
        _file = file;
        _length = length;
    }

    public static (ElfSymbols? Symbols, string? Refusal) Read(IByteSource file)
    {
        if (file.Length is not { } length)
            return (null, $"{file.Name} cannot be read at an offset, so its symbols cannot be found.");

        var reader = new ElfReader(file, length);
        Span<byte> head = stackalloc byte[EhdrSize];
        if (!reader.TryFill(0, head) || !head.StartsWith("\u007fELF"u8))
            return (null, $"{file.Name} is not an ELF file.");
        if (head[4] != 2)
            return (null, $"{file.Name} is not a 64-bit ELF file; symbols of 32-bit programs are not read.");
        if (head[5] != 1)
            return (null, $"{file.Name} is not a little-endian ELF file; symbols of other machines are not read.");

        reader.ReadSegments(head);
        reader.ReadSections(head);
        bool marks = U16(head, 18) is 183 or 40 or 243; // AARCH64, ARM, RISCV: tools leave marks such as $x between functions
        var functions = reader.ReadFunctions(marks);
        return (new ElfSymbols(functions, [.. reader._segments], reader._buildId), null);
    }

    void ReadSegments(ReadOnlySpan<byte> head)
    {
        ulong at = U64(head, 32);
        int size = U16(head, 54), count = U16(head, 56);
        if (size < PhdrSize || Table(at, (ulong)count * (ulong)size) is not { } table)
            return;
        for (int i = 0; i < count; i++)
        {
            var p = table.AsSpan(i * size, PhdrSize);
            var (type, flags) = (U32(p, 0), U32(p, 4));
            var (offset, address, fileSize) = (U64(p, 8), U64(p, 16), U64(p, 32));
            if (type == 1)
                _segments.Add(new ElfSegment(offset, address, fileSize, (flags & 1) != 0));
            else if (type == 4 && _buildId is null && fileSize <= LongestNotes)
                _buildId = FindBuildId(Table(offset, fileSize));
        }

        // One page of a file may be mapped twice, as data and as code; an instruction is in the code.
        _segments.Sort((a, b) => b.Executable.CompareTo(a.Executable));
    }

    void ReadSections(ReadOnlySpan<byte> head)
    {
        ulong at = U64(head, 40);
        int size = U16(head, 58);
        ulong count = U16(head, 60);
        if (at == 0 || size < ShdrSize)
            return;
        // More than 65,279 sections: the number stands in the first one's size.
        if (count == 0 && Table(at, ShdrSize) is { } first)
            count = U64(first, 32);
        if (count > MostHeaders || Table(at, count * (ulong)size) is not { } table)
            return;
        _sections = new Section[count];
        for (int i = 0; i < _sections.Length; i++)
        {
            var s = table.AsSpan(i * size, ShdrSize);
            _sections[i] = new Section((SectionType)U32(s, 4), U64(s, 8), U64(s, 24), U64(s, 32), U32(s, 40));
        }
    }

    // Like perf: the full table where there is one, else what the dynamic linker needs.
    FunctionRanges ReadFunctions(bool marks)
    {
        foreach (var type in (ReadOnlySpan<SectionType>)[SectionType.SymbolTable, SectionType.DynamicSymbols])
        {
            foreach (var section in _sections)
            {
                if (section.Type != type || section.Link >= (uint)_sections.Length)
                    continue;
                var strings = _sections[section.Link];
                if (Table(strings.Offset, strings.Size) is { } names && Table(section.Offset, section.Size) is { } symbols)
                    return new FunctionRanges(ElfFunctions.Choose(Functions(symbols, names, marks), names), names);
            }
        }
        return new FunctionRanges([], []);
    }

    List<ElfFunctions.Symbol> Functions(byte[] table, byte[] names, bool marks)
    {
        var found = new List<ElfFunctions.Symbol>();
        for (int at = 0; at + SymSize <= table.Length; at += SymSize)
        {
            var s = table.AsSpan(at, SymSize);
            uint name = U32(s, 0);
            int type = s[4] & 0xf;
            int section = U16(s, 6);
            // Undefined here; absolute values have no place.
            if (name == 0 || name >= (uint)names.Length || section == 0 || section == 0xfff1)
                continue;
            // FUNC and GNU_IFUNC; a label without a type counts in code (_start), where it is not hidden.
            bool label = type == 0 && (s[5] & 3) is 0 or 3 && section < _sections.Length && _sections[section].Executable;
            if (type is not (2 or 10) && !label)
                continue;
            int length = names.AsSpan((int)name).IndexOf((byte)0);
            if (length <= 0 || (marks && names[name] == '$'))
                continue;
            found.Add(new ElfFunctions.Symbol(U64(s, 8), U64(s, 16), s[4] >> 4, (int)name, length));
        }
        return found;
    }

    // u32 name size, u32 content size, u32 type, then each padded to four bytes: "GNU\0", type 3.
    static string? FindBuildId(ReadOnlySpan<byte> notes)
    {
        while (notes.Length >= 12)
        {
            ulong nameSize = U32(notes, 0), contentSize = U32(notes, 4);
            uint type = U32(notes, 8);
            ulong content = 12 + ((nameSize + 3) & ~3ul);
            if (content + contentSize > (ulong)notes.Length)
                return null;
            if (type == 3 && contentSize is > 0 and <= 64 && notes[12..].StartsWith("GNU\0"u8))
                return Convert.ToHexStringLower(notes.Slice((int)content, (int)contentSize));
            notes = notes[(int)Math.Min(content + ((contentSize + 3) & ~3ul), (ulong)notes.Length)..];
        }
        return null;
    }

    // Null when the file has not all of it, or when it is larger than anything sane.
    byte[]? Table(ulong offset, ulong size)
    {
        if (size > LargestTable || offset > (ulong)_length || size > (ulong)_length - offset)
            return null;
        byte[] table = new byte[size];
        return TryFill((long)offset, table) ? table : null;
    }

    bool TryFill(long offset, Span<byte> into)
    {
        while (!into.IsEmpty)
        {
            int read = _file.ReadAt(offset, into);
            if (read <= 0)
                return false;
            into = into[read..];
            offset += read;
        }
        return true;
    }

    static ushort U16(ReadOnlySpan<byte> at, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(at[offset..]);
    static uint U32(ReadOnlySpan<byte> at, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(at[offset..]);
    static ulong U64(ReadOnlySpan<byte> at, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(at[offset..]);
}
