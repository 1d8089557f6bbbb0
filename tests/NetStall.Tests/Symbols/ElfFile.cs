// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Text;

namespace NetStall.Tests.SymbolTables;

/// <summary>Writes small ELF files: one PT_LOAD of code that lies at 0x401000 and at offset 0x1000, a build id, one symbol table.</summary>
static class ElfFile
{
    public const ulong CodeOffset = 0x1000, CodeAddress = 0x401000;

    public sealed record Symbol(string Name, ulong Address, ulong Size, int Type = 2, int Binding = 1, int Section = 1);

    public static byte[] Write(Symbol[] symbols, string buildId = "0123456789abcdef0123456789abcdef01234567", bool dynamic = false)
    {
        var names = new MemoryStream();
        names.WriteByte(0);
        var table = new MemoryStream();
        table.Write(new byte[24]);
        foreach (var s in symbols)
        {
            byte[] entry = new byte[24];
            BinaryPrimitives.WriteUInt32LittleEndian(entry, (uint)names.Length);
            entry[4] = (byte)((s.Binding << 4) | s.Type);
            BinaryPrimitives.WriteUInt16LittleEndian(entry.AsSpan(6), (ushort)s.Section);
            BinaryPrimitives.WriteUInt64LittleEndian(entry.AsSpan(8), s.Address);
            BinaryPrimitives.WriteUInt64LittleEndian(entry.AsSpan(16), s.Size);
            table.Write(entry);
            names.Write(Encoding.UTF8.GetBytes(s.Name + "\0"));
        }

        byte[] id = Convert.FromHexString(buildId);
        byte[] file = new byte[0x3000 + table.Length + names.Length];
        "\u007fELF\u0002\u0001\u0001"u8.CopyTo(file);
        U16(file, 16, 3);
        U16(file, 18, 62);
        U64(file, 32, 64);
        U64(file, 40, 0x200);
        U16(file, 54, 56);
        U16(file, 56, 2);
        U16(file, 58, 64);
        U16(file, 60, 4);

        Header(64, type: 1, flags: 5, CodeOffset, CodeAddress, 0x1000);
        Header(120, type: 4, flags: 4, 0x400, 0x400400, (ulong)(16 + id.Length));
        U32(file, 0x400, 4);
        U32(file, 0x404, (uint)id.Length);
        U32(file, 0x408, 3);
        "GNU\0"u8.CopyTo(file.AsSpan(0x40c));
        id.CopyTo(file, 0x410);

        Section(1, type: 1, flags: 6, CodeOffset, 0x1000, link: 0);
        Section(2, dynamic ? 11u : 2u, flags: 0, 0x3000, (ulong)table.Length, link: 3);
        Section(3, type: 3, flags: 0, 0x3000 + (ulong)table.Length, (ulong)names.Length, link: 0);
        table.ToArray().CopyTo(file, 0x3000);
        names.ToArray().CopyTo(file, 0x3000 + (int)table.Length);
        return file;

        void Header(int at, uint type, uint flags, ulong offset, ulong address, ulong size)
        {
            U32(file, at, type);
            U32(file, at + 4, flags);
            U64(file, at + 8, offset);
            U64(file, at + 16, address);
            U64(file, at + 32, size);
        }

        void Section(int i, uint type, ulong flags, ulong offset, ulong size, uint link)
        {
            int at = 0x200 + i * 64;
            U32(file, at + 4, type);
            U64(file, at + 8, flags);
            U64(file, at + 24, offset);
            U64(file, at + 32, size);
            U32(file, at + 40, link);
        }
    }

    static void U16(byte[] file, int at, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(at), value);
    static void U32(byte[] file, int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(at), value);
    static void U64(byte[] file, int at, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(at), value);
}
