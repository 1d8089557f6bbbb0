// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using CsCheck;
using NetStall.Linux.Symbols;
using NetStall.Symbols;
using Xunit;

namespace NetStall.Tests.SymbolTables;

public class KallsymsTests
{
    const string Small = """
        0000000000000000 A fixed_percpu_data
        ffffffff81000000 T _text
        ffffffff81000040 t helper
        ffffffff81000080 T do_work
        ffffffff81000100 D some_data
        ffffffff81000200 B more_data
        ffffffffc0300000 t second	[beta]
        ffffffffc0200080 t late	[alpha]
        ffffffffc0200000 t early	[alpha]
        ffffffffc0201000 d table	[alpha]
        """;

    static Kallsyms Parse(string text) => Kallsyms.Parse(Encoding.UTF8.GetBytes(text));

    static string Show(Kallsyms symbols, ulong address) =>
        symbols.TryFind(address, out var s)
            ? string.Create(CultureInfo.InvariantCulture, $"{s.Function}+0x{s.Offset:x}{(s.Module is null ? "" : $" [{s.Module}]")}")
            : "none";

    [Theory]
    [InlineData(0xffffffff80ffffff, "none")]
    [InlineData(0xffffffff81000000, "_text+0x0")]
    [InlineData(0xffffffff8100003f, "_text+0x3f")]
    [InlineData(0xffffffff81000040, "helper+0x0")]
    [InlineData(0xffffffff810000ff, "do_work+0x7f")]
    [InlineData(0xffffffff81000100, "none")]
    [InlineData(0xffffffff81000300, "none")]
    [InlineData(0xffffffffc0200000, "early+0x0 [alpha]")]
    [InlineData(0xffffffffc0200081, "late+0x1 [alpha]")]
    [InlineData(0xffffffffc0200fff, "late+0xf7f [alpha]")]
    [InlineData(0xffffffffc0201000, "none")]
    [InlineData(0xffffffffc0300fff, "second+0xfff [beta]")]
    [InlineData(0xffffffffc0301000, "none")]
    [InlineData(0x0000000000000000, "none")]
    [InlineData(0xffffffffffffffff, "none")]
    public void An_address_belongs_to_the_function_before_it_up_to_the_next_symbol(ulong address, string expected) =>
        Assert.Equal(expected, Show(Parse(Small), address));

    [Fact]
    public void Lines_that_cannot_be_read_are_counted_and_the_rest_is_kept()
    {
        var symbols = Parse("""
            ffffffff81000000 T first
            ffffffff8100004 

            zzzzffff81000040 T not_hex
            ffffffff81000040 T
            ffffffff81000060 T with_module [mod
            ffffffff81000080 T second
            """);

        Assert.Equal(4, symbols.MalformedLines);
        Assert.Equal(2, symbols.Count);
        Assert.Equal("first+0x7f", Show(symbols, 0xffffffff8100007f));
        Assert.Equal("second+0x0", Show(symbols, 0xffffffff81000080));
    }

    [Fact]
    public void Windows_line_ends_upper_case_and_short_addresses_are_read()
    {
        var symbols = Parse("c0100000 T start\r\nC0100ABC t middle\r\nc0200000 t end [mod]\r\n");

        Assert.Equal(0, symbols.MalformedLines);
        Assert.Equal("start+0xabb", Show(symbols, 0xc0100abb));
        Assert.Equal("middle+0x1", Show(symbols, 0xc0100abd));
        Assert.Equal("end+0x2 [mod]", Show(symbols, 0xc0200002));
    }

    [Fact]
    public void Of_several_names_at_one_address_the_last_one_listed_is_shown_as_perf_does_and_all_are_found()
    {
        var symbols = Parse("""
            ffffffff81094890 t __do_sys_fork
            ffffffff81094890 T __ia32_sys_fork
            ffffffff81094890 T __x64_sys_fork
            ffffffff819bbc80 T __memmove
            ffffffff819bbc80 W memmove
            """);

        Assert.Equal("__x64_sys_fork+0x10", Show(symbols, 0xffffffff810948a0));
        Assert.Equal("memmove+0x0", Show(symbols, 0xffffffff819bbc80));
        Assert.Equal(2, symbols.Count);
        Assert.True(symbols.TryFind("__do_sys_fork", out ulong address));
        Assert.Equal(0xffffffff81094890, address);
        Assert.False(symbols.TryFind("__do_sys", out _));
    }

    [Fact]
    public void A_list_of_zeros_says_that_addresses_were_hidden_and_what_to_do()
    {
        var symbols = Parse("0000000000000000 T _text\n0000000000000000 t helper\n0000000000000000 t x\t[mod]\n");

        Assert.True(symbols.AddressesHidden);
        Assert.Equal("none", Show(symbols, 0));
        Assert.Equal(
            "All addresses in the kernel's symbol list are zero, because it was read without the right to see them; " +
            "read /proc/kallsyms as root, or set kernel.kptr_restrict=0 first.",
            symbols.Problem?.ToString());
    }

    [Fact]
    public void A_list_without_functions_says_so_and_a_good_one_has_no_problem()
    {
        Assert.Equal("The kernel's symbol list names no function; copy /proc/kallsyms of the recorded node, read as root.", Parse("").Problem?.ToString());
        Assert.Null(Parse(Small).Problem);
    }

    [Fact]
    public void Another_boot_of_the_same_kernel_is_read_with_its_distance_and_without_modules()
    {
        var moved = Parse(Small).RelocatedBy(0x1c00_0000);

        Assert.Equal("do_work+0x4", Show(moved, 0xffffffff81000084 + 0x1c00_0000));
        Assert.Equal("none", Show(moved, 0xffffffff81000084));
        Assert.Equal("none", Show(moved, 0xffffffffc0200000 + 0x1c00_0000));
        Assert.True(moved.TryFind("_text", out ulong text));
        Assert.Equal(0xffffffff9d000000, text);
        Assert.Equal("do_work+0x4", Show(moved.RelocatedBy(-0x1c00_0000), 0xffffffff81000084));
    }

    [Fact]
    public void Every_address_is_named_as_perf_script_names_it()
    {
        var wrong = new List<string>();
        int compared = 0;
        foreach (string line in File.ReadLines(GateSample.Path("tests/NetStall.Tests/Symbols/gate-6.1.symbols")))
        {
            if (line.StartsWith('#'))
                continue;
            var words = line.Split(' ');
            string expected = words[1] == "[unknown]" ? "none" : words[2] == "[kernel.kallsyms]" ? words[1] : $"{words[1]} {words[2]}";
            string got = Show(GateSample.Kallsyms, ulong.Parse(words[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
            if (got != expected)
                wrong.Add($"{words[0]}: {got}, perf: {expected}");
            compared++;
        }
        Assert.Empty(wrong);
        Assert.Equal(1000, compared);
    }

    [Fact]
    public void A_real_list_is_read_whole_plain_or_gzipped()
    {
        Assert.Equal(0, GateSample.Kallsyms.MalformedLines);
        Assert.False(GateSample.Kallsyms.AddressesHidden);
        Assert.True(GateSample.Kallsyms.TryFind("_text", out ulong text));
        Assert.Equal(0xffffffff81000000, text);

        string plain = Path.GetTempFileName();
        try
        {
            File.WriteAllText(plain, Small);
            Assert.Equal("helper+0x1", Show(KernelSymbolFile.Read(plain), 0xffffffff81000041));
        }
        finally
        {
            File.Delete(plain);
        }
    }

    [Fact]
    public void Any_bytes_are_read_without_an_exception() =>
        Gen.Byte.Array[0, 400].Sample(bytes =>
        {
            var symbols = Kallsyms.Parse(bytes);
            symbols.TryFind(0xffffffff81000000, out _);
            return symbols.Count >= 0;
        });

    [Fact]
    public void However_the_lines_are_ordered_each_function_is_found_and_each_line_accounted_for()
    {
        var line = Gen.Select(Gen.UInt[0, 60], Gen.Char["tTwdDBA?"], Gen.Int[0, 3]);
        line.Array[0, 60].Sample(lines =>
        {
            var text = new StringBuilder();
            for (int i = 0; i < lines.Length; i++)
            {
                var (address, type, module) = lines[i];
                text.Append(CultureInfo.InvariantCulture, $"{0xffffffff81000000 + address * 16:x16} {type} n{i}{(module == 0 ? "" : $"\t[m{module}]")}\n");
            }
            var symbols = Parse(text.ToString());

            // Slowly: the last function listed at each address.
            var functions = lines.Select((l, i) => (l, i)).Where(x => "tTw".Contains(x.l.Item2))
                .GroupBy(x => x.l.Item1).ToDictionary(g => g.Key, g => $"n{g.Last().i}");
            Assert.Equal(functions.Count, symbols.Count);
            Assert.Equal(0, symbols.MalformedLines);
            foreach (var (address, name) in functions)
            {
                Assert.True(symbols.TryFind(0xffffffff81000000 + address * 16, out var symbol));
                Assert.Equal(name, symbol.Function);
            }
        });
    }
}
