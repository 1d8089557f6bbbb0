// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using CsCheck;
using NetStall.Recordings;
using NetStall.Symbols;
using Xunit;

namespace NetStall.Tests.SymbolTables;

public class ElfSymbolsTests
{
    static readonly ElfFile.Symbol[] Some =
    [
        new("main", 0x401000, 0x20),
        new("_start", 0x401040, 0, Type: 0),
        new("table", 0x401060, 0x10, Type: 1),
        new("imported", 0, 0, Section: 0),
        new("read", 0x401080, 0x10, Binding: 2),
        new("__read", 0x401080, 0x10),
        new("__libc_read", 0x401080, 0x10, Binding: 0),
        new("last", 0x4010c0, 0),
    ];

    static ElfSymbols Read(byte[] file)
    {
        var (symbols, refusal) = ElfSymbols.Read(new MemoryBytes("/bin/app", file));
        Assert.Null(refusal);
        return symbols!;
    }

    static string Show(ElfSymbols symbols, ulong offset) => symbols.TryFindAtOffset(offset, out string name, out ulong into) ? $"{name}+{into}" : "none";

    [Theory]
    [InlineData(0x1000, "main+0")]
    [InlineData(0x101f, "main+31")]
    [InlineData(0x1020, "none")]
    [InlineData(0x1044, "_start+4")]
    [InlineData(0x1068, "_start+40")]
    [InlineData(0x1084, "__read+4")]
    [InlineData(0x1090, "none")]
    [InlineData(0x10c1, "last+1")]
    [InlineData(0x0fff, "none")]
    [InlineData(0x2000, "none")]
    public void An_offset_in_the_file_belongs_to_the_function_that_perf_would_choose(ulong offset, string expected) =>
        Assert.Equal(expected, Show(Read(ElfFile.Write(Some)), offset));

    [Fact]
    public void A_stripped_library_is_read_by_what_the_dynamic_linker_needs() =>
        Assert.Equal("main+1", Show(Read(ElfFile.Write(Some, dynamic: true)), 0x1001));

    [Fact]
    public void The_build_id_and_the_program_headers_are_read()
    {
        var symbols = Read(ElfFile.Write(Some));

        Assert.Equal("0123456789abcdef0123456789abcdef01234567", symbols.BuildId);
        Assert.True(symbols.TryAddressOf(0x1010, out ulong address));
        Assert.Equal(0x401010ul, address);
        Assert.False(symbols.TryAddressOf(0x10_0000, out _));
    }

    [Fact]
    public void Functions_may_come_from_a_debug_file_and_places_stay_the_programs_own()
    {
        var stripped = Read(ElfFile.Write([]));
        byte[] debug = ElfFile.Write(Some);
        BinaryPrimitives.WriteUInt64LittleEndian(debug.AsSpan(64 + 8), 0x7000);

        Assert.Equal("none", Show(stripped, 0x1001));
        Assert.Equal("main+1", Show(stripped.WithFunctionsOf(Read(debug)), 0x1001));
    }

    [Theory]
    [InlineData(4, 1, "/bin/app is not a 64-bit ELF file; symbols of 32-bit programs are not read.")]
    [InlineData(5, 2, "/bin/app is not a little-endian ELF file; symbols of other machines are not read.")]
    [InlineData(1, 0, "/bin/app is not an ELF file.")]
    public void What_is_not_read_is_refused_with_the_reason(int at, byte value, string expected)
    {
        byte[] file = ElfFile.Write(Some);
        file[at] = value;

        var (symbols, refusal) = ElfSymbols.Read(new MemoryBytes("/bin/app", file));

        Assert.Null(symbols);
        Assert.Equal(expected, refusal);
    }

    [Fact]
    public void A_file_that_ends_early_gives_what_is_left_of_it()
    {
        byte[] file = ElfFile.Write(Some);

        Assert.Equal(0, Read(file[..0x2000]).Count);
        Assert.Null(ElfSymbols.Read(new MemoryBytes("/bin/app", file.AsMemory(0, 40))).Symbols);
    }

    [Fact]
    public void However_a_file_is_broken_it_is_read_without_an_exception()
    {
        byte[] good = ElfFile.Write(Some);
        int[] places = [.. Enumerable.Range(0, 180), .. Enumerable.Range(0x200, 256), .. Enumerable.Range(0x400, 40), .. Enumerable.Range(0x3000, good.Length - 0x3000)];
        Gen.Select(Gen.Int[0, places.Length - 1], Gen.OneOf(Gen.Byte, Gen.Byte[0, 2], Gen.Byte[0xfe, 0xff])).Array[1, 12].Sample(changes =>
        {
            byte[] file = [.. good];
            foreach (var (place, value) in changes)
                file[places[place]] = value;

            var (symbols, refusal) = ElfSymbols.Read(new MemoryBytes("/bin/app", file));
            for (ulong offset = 0; offset < 0x1200; offset += 0x11)
                symbols?.TryFindAtOffset(offset, out _, out _);
            return symbols is null == refusal is not null;
        });
    }
}
