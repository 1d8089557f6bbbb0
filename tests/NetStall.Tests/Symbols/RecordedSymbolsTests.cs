// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using NetStall.Linux.Symbols;
using NetStall.Model;
using NetStall.Recordings;
using NetStall.Symbols;
using Xunit;

namespace NetStall.Tests.SymbolTables;

public class RecordedSymbolsTests
{
    const ulong Text = 0xffffffff81000000;

    const string List = """
        ffffffff81000000 T _text
        ffffffff81000040 t helper
        ffffffff81000070 t __pfx_do_work
        ffffffff81000080 T do_work
        ffffffff81001000 T _etext
        ffffffffc0200000 t veth_xmit	[veth]
        ffffffffc0300000 t later_poll	[later]
        """;

    static readonly Pid App = new(100);
    static readonly KernelTime Now = new(50);

    readonly AddressSpaces _spaces = new();
    int _loads;

    RecordedSymbols Symbols(string? list = List, IUserSymbols? users = null) => new(
        _spaces,
        () =>
        {
            _loads++;
            return list is null ? null : Kallsyms.Parse(Encoding.UTF8.GetBytes(list));
        },
        users);

    void KernelAt(ulong text, string symbol = "_text") =>
        _spaces.OnMmap(new Pid(-1), default, text, 0x1000, text, "[kernel.kallsyms]" + symbol, kernel: true);

    static string Show(IReadOnlyList<Frame> frames) => string.Join(
        "; ",
        frames.Select(f => string.Create(CultureInfo.InvariantCulture, $"{f.Function ?? "?"}+{f.Offset:x} {f.Module ?? "?"}{(f.InKernel ? " k" : "")}")));

    [Fact]
    public void The_symbol_list_is_read_once_and_not_before_a_name_is_needed()
    {
        var symbols = Symbols();
        Assert.Equal(0, _loads);

        Assert.Equal("helper", symbols.KernelFunction(Text + 0x41, isReturnAddress: false));
        Assert.Equal("helper", symbols.KernelFunction(Text + 0x41, isReturnAddress: false));
        Assert.True(symbols.HasKernelSymbols);
        Assert.Null(symbols.KernelProblem);
        Assert.Equal(1, _loads);
    }

    [Fact]
    public void An_interrupted_first_instruction_is_its_own_function_and_a_call_that_never_returns_its_callers()
    {
        var symbols = Symbols();

        Assert.Equal("helper", symbols.KernelFunction(Text + 0x40, isReturnAddress: true));
        Assert.Equal("helper", symbols.KernelFunction(Text + 0x70, isReturnAddress: true));
        Assert.Equal("do_work", symbols.KernelFunction(Text + 0x80, isReturnAddress: true));
        Assert.Equal("helper+30 [kernel] k", Show(symbols.Resolve([ChainMarker.Kernel, Text + 0x70], App, Now)));
    }

    [Fact]
    public void Addresses_of_another_boot_are_moved_by_as_much_as_the_kernel_was()
    {
        KernelAt(Text + 0x1c00_0000);
        var symbols = Symbols();

        Assert.Equal("do_work", symbols.KernelFunction(Text + 0x1c00_0084, isReturnAddress: false));
        Assert.Null(symbols.KernelFunction(Text + 0x84, isReturnAddress: false));
    }

    [Fact]
    public void A_list_of_another_kernel_names_nothing_and_says_why()
    {
        const ulong odd = 0x1234;
        KernelAt(Text + odd);
        var symbols = Symbols();

        Assert.False(symbols.HasKernelSymbols);
        Assert.Null(symbols.KernelFunction(Text + odd + 0x84, isReturnAddress: false));
        Assert.Equal(
            "The symbol list is of another kernel than the recording, so its names would be wrong; " +
            "copy /proc/kallsyms of the recorded node, read as root.",
            symbols.KernelProblem?.ToString());
    }

    [Fact]
    public void A_kernel_that_ends_before_the_list_does_is_another_one()
    {
        _spaces.OnMmap(new Pid(-1), default, Text, 0x800, Text, "[kernel.kallsyms]_text", kernel: true);

        Assert.False(Symbols().HasKernelSymbols);
    }

    [Fact]
    public void Without_a_list_frames_keep_their_place_and_the_way_out_is_told()
    {
        KernelAt(Text);
        var symbols = Symbols(list: null);

        Assert.False(symbols.HasKernelSymbols);
        Assert.Equal(
            "There is no symbol list of the recorded kernel, so kernel functions have no names; copy /proc/kallsyms of that node, read as root.",
            symbols.KernelProblem?.ToString());
        Assert.Equal("?+0 [kernel] k; ?+0 ? k", Show(symbols.Resolve([ChainMarker.Kernel, Text + 4, 0xffffffffc0500000], App, Now)));
    }

    [Fact]
    public void Modules_and_bpf_programs_are_named_and_what_lies_between_is_not()
    {
        KernelAt(Text);
        _spaces.OnMmap(new Pid(-1), default, 0xffffffffc0200000, 0x800, 0, "/lib/modules/6.1/kernel/drivers/net/veth.ko.xz", kernel: true);
        _spaces.OnKsymbol(0xffffffffc0200900, 0x40, "bpf_prog_77_cls", unregister: false, new KernelTime(10));

        Assert.Equal(
            "veth_xmit+10 [veth] k; ?+0 ? k; bpf_prog_77_cls+4 [bpf] k; later_poll+4 [later] k",
            Show(Symbols().Resolve(
                [ChainMarker.Kernel, 0xffffffffc0200010, 0xffffffffc0200810, 0xffffffffc0200904, 0xffffffffc0300004], App, Now)));
    }

    [Fact]
    public void A_name_learnt_later_replaces_what_was_looked_up_before()
    {
        var symbols = Symbols();
        Assert.Null(symbols.KernelFunction(0xffffffffc0500004, isReturnAddress: false));

        _spaces.OnKsymbol(0xffffffffc0500000, 0x40, "bpf_prog_1_late", unregister: false, new KernelTime(10));

        Assert.Equal("bpf_prog_1_late", symbols.KernelFunction(0xffffffffc0500004, isReturnAddress: false));
    }

    [Fact]
    public void User_frames_are_named_by_their_files_symbols_else_by_the_file()
    {
        _spaces.OnMmap(App, default, 0x7f0000000000, 0x2000, 0x1000, "/usr/lib/libwork.so.6", kernel: false);
        _spaces.OnMmap(App, default, 0x500000, 0x1000, 0, "/opt/stripped", kernel: false);
        _spaces.OnMmap(App, default, 0x600000, 0x1000, 0, "//anon", kernel: false);
        _spaces.OnMmap(App, default, 0x7ffe0000, 0x1000, 0, "[vdso]", kernel: false);
        _spaces.OnBuildId("/usr/lib/libwork.so.6", "aabb");

        Assert.Equal(
            "work+4 libwork.so.6; work+20 libwork.so.6; ?+0 stripped; jitted+2 perf-100.map; ?+0 [vdso]; ?+0 ?",
            Show(Symbols(users: new SomeUsers()).Resolve(
                [ChainMarker.User, 0x7f0000000004, 0x7f0000000020, 0x500010, 0x600012, 0x7ffe0010, 0], App, Now)));
    }

    [Fact]
    public void Chains_are_split_at_their_markers_and_those_of_guests_are_thrown_away()
    {
        var symbols = Symbols();

        Assert.Equal("helper+2 [kernel] k; ?+0 ?", Show(symbols.Resolve([ChainMarker.Kernel, Text + 0x42, ChainMarker.User, 0x1234], App, Now)));
        Assert.Equal("helper+2 [kernel] k; ?+0 ?", Show(symbols.Resolve([Text + 0x42, 0x1234], App, Now)));
        Assert.Equal("helper+2 [kernel] k", Show(symbols.Resolve([ChainMarker.Kernel, Text + 0x42, ChainMarker.UserDeferred, 0x77], App, Now)));
        Assert.Empty(symbols.Resolve([ChainMarker.Kernel, Text + 0x42, ChainMarker.GuestKernel, 0x1234], App, Now));
        Assert.Empty(symbols.Resolve([], App, Now));
    }

    [Fact]
    public void Many_addresses_are_each_remembered_with_their_own_name()
    {
        var list = new StringBuilder();
        for (ulong i = 0; i < 5000; i++)
            list.Append(CultureInfo.InvariantCulture, $"{Text + i * 16:x16} t f{i}\n");
        var symbols = Symbols(list.ToString());

        for (int round = 0; round < 2; round++)
        {
            for (ulong i = 0; i < 5000; i++)
                Assert.Equal($"f{i}", symbols.KernelFunction(Text + i * 16 + 3, isReturnAddress: false));
        }
        Assert.Null(symbols.KernelFunction(0, isReturnAddress: true));
    }

    [Fact]
    public void A_program_on_disk_is_believed_only_when_its_build_id_is_the_recorded_one()
    {
        string folder = Directory.CreateTempSubdirectory("netstall-symbols-").FullName;
        try
        {
            string program = Path.Combine(folder, "app");
            File.WriteAllBytes(program, ElfFile.Write([new("exported", 0x401000, 0x10)], buildId: "aabbcc"));
            Directory.CreateDirectory(Path.Combine(folder, "aa"));
            File.WriteAllBytes(Path.Combine(folder, "aa", "bbcc.debug"), ElfFile.Write([new("inner", 0x401000, 0x10)], buildId: "aabbcc"));
            File.WriteAllText(Path.Combine(folder, "perf-7.map"), "1000 10 compiled\n");
            var files = new UserSymbolFiles(debugFolder: folder, perfMapFolder: folder);

            Assert.Null(files.Elf(program, "aabbdd"));
            Assert.True(files.Elf(program, "aabbcc00")!.TryFindAtOffset(0x1004, out string function, out _));
            Assert.Equal("inner", function);
            Assert.NotNull(files.Elf(program, null));
            Assert.Null(files.Elf(Path.Combine(folder, "absent"), null));
            Assert.Null(files.Elf(folder, null));
            Assert.Null(files.Elf("/dev/zero", null));
            Assert.Null(files.Elf("/no\0name", null));
            Assert.Equal(1, files.PerfMap(new Pid(7))!.Count);
            Assert.Null(files.PerfMap(new Pid(8)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    sealed class SomeUsers : IUserSymbols
    {
        public ElfSymbols? Elf(string path, string? buildId)
        {
            if (path != "/usr/lib/libwork.so.6")
                return null;
            Assert.Equal("aabb", buildId);
            return ElfSymbols.Read(new MemoryBytes(path, ElfFile.Write([new("work", 0x401000, 0x20), new("next", 0x401020, 0x20)]))).Symbols;
        }

        public PerfMap? PerfMap(Pid pid) => pid == App ? NetStall.Symbols.PerfMap.Parse("600010 10 jitted\n"u8) : null;
    }

    // What was named once is remembered, but no longer than it is true.
    [Fact]
    public void A_name_is_forgotten_when_its_address_comes_to_mean_something_else()
    {
        string? At(long time, ulong address) => Symbols().Resolve([ChainMarker.User, address], App, new KernelTime(time))[0].Module;
        var symbols = Symbols();
        string? Remembering(long time, ulong address) => symbols.Resolve([ChainMarker.User, address], App, new KernelTime(time))[0].Module;

        void Same(long time) => Assert.Equal(At(time, 0x1010), Remembering(time, 0x1010));
        _spaces.OnMmap(App, new KernelTime(10), 0x1000, 0x1000, 0, "/old", kernel: false);
        Same(20);
        Assert.Equal("old", Remembering(20, 0x1010));
        _spaces.OnMmap(App, new KernelTime(30), 0x1000, 0x1000, 0, "/new", kernel: false);
        Same(40);
        Assert.Equal("new", Remembering(40, 0x1010));
        Assert.Equal("old", Remembering(25, 0x1010));
        Same(25);
        _spaces.OnExec(App, new KernelTime(50));
        Assert.Null(Remembering(60, 0x1010));
        Assert.Equal("new", Remembering(45, 0x1010));
    }

    [Fact]
    public void Kernel_names_are_forgotten_when_the_recording_tells_more_of_the_kernel()
    {
        var symbols = Symbols();
        string? Name(ulong address, long time = 50) => symbols.Resolve([ChainMarker.Kernel, address], App, new KernelTime(time))[0].Function;

        Assert.Equal("do_work", Name(Text + 0x90));
        Assert.Equal("veth_xmit", Name(0xffffffffc0200010));
        _spaces.OnKsymbol(0xffffffffc0200000, 0x100, "bpf_prog_1_main", unregister: false, new KernelTime(60));
        Assert.Equal("veth_xmit", Name(0xffffffffc0200010));
        Assert.Equal("bpf_prog_1_main", Name(0xffffffffc0200010, 70));
        Assert.Equal("veth_xmit", Name(0xffffffffc0200010));
    }
}
