// SPDX-License-Identifier: Apache-2.0
using NetStall.Texts;

namespace NetStall.PerfScript;

// One line for each frame of a call chain, leaf first; symbol, offset and object only if they were asked for:
//
//     \tffffffff821f2c2b pv_native_safe_halt+0xb ([kernel.kallsyms])
//     \t          a6a524 [unknown] (/memfd:doublemapper (deleted))
//     \t            127f Foo::operator()(int (*)(char)) const+0x18f (/opt/x/libx.so+0x127f)
//     \t            1280 inner (inlined)
//
/// <summary>A frame of a call chain, cut in its parts.</summary>
readonly ref struct FrameLine
{
    const int AddressWidth = 16;
    const ulong LowestKernelAddress = 0xffff_8000_0000_0000;

    /// <summary>As printed: an offset in its object, for user frames.</summary>
    public ulong Address { get; private init; }

    /// <summary>Without offset; empty when none was printed, <c>[unknown]</c> when perf knew none.</summary>
    public ReadOnlySpan<byte> Symbol { get; private init; }

    /// <summary>Bytes into the symbol; 0 when none was printed.</summary>
    public ulong Offset { get; private init; }

    /// <summary>Path or <c>[…]</c>; empty when none was printed or perf knew none.</summary>
    public ReadOnlySpan<byte> Object { get; private init; }

    public bool InKernel => Object.IsEmpty ? Address >= LowestKernelAddress : IsKernelObject(Object, Address);

    public static bool TryRead(ReadOnlySpan<byte> line, out FrameLine frame)
    {
        frame = default;
        // The address is padded to 16 columns. A comm that holds a newline and a tab does not get that far.
        if (line is not [(byte)'\t', .. var rest] || rest.Length < AddressWidth || rest[AddressWidth - 1] == ' ' || (rest.Length > AddressWidth && rest[AddressWidth] != ' '))
            return false;
        return TryReadAfterTab(rest, out frame) && rest[..AddressWidth].TrimStart((byte)' ').IndexOf((byte)' ') < 0;
    }

    /// <summary>The same without the tab: where no chain was recorded, the one address stands on the header's line.</summary>
    public static bool TryReadAfterTab(ReadOnlySpan<byte> text, out FrameLine frame)
    {
        frame = default;
        text = text.Trim((byte)' ');
        int digits = TextNumber.ReadHex(text, out ulong address);
        if (digits == 0 || (digits < text.Length && text[digits] != ' '))
            return false;

        var symbol = text[digits..].TrimStart((byte)' ');
        ReadOnlySpan<byte> dso = default;
        int open = OpeningParenthesis(symbol);
        if (open >= 0)
        {
            dso = symbol[(open + 1)..^1];
            symbol = symbol[..open].TrimEnd((byte)' ');
            TakeOffset(ref dso);
            if (dso.SequenceEqual("[unknown]"u8) || dso.SequenceEqual("inlined"u8))
                dso = default;
        }
        ulong offset = TakeOffset(ref symbol);
        frame = new FrameLine { Address = address, Symbol = symbol, Offset = offset, Object = dso };
        return true;
    }

    // Where the group that ends the line begins; -1 if the line ends otherwise. Objects hold blanks and parentheses of their own,
    // `(/x (deleted))`, and so do C++ names, `f(int (*)(char))`: the group is the one that closes last and has a blank before it.
    internal static int OpeningParenthesis(ReadOnlySpan<byte> text)
    {
        if (text is not [.., (byte)')'])
            return -1;
        int last = text.LastIndexOf((byte)'(');
        if (last < 0)
            return -1;
        if (text[last..^1].IndexOf((byte)')') < 0)
            return last == 0 || text[last - 1] == ' ' ? last : -1;
        int depth = 0;
        for (int i = text.Length - 1; i >= 0; i--)
        {
            if (text[i] == ')')
                depth++;
            else if (text[i] == '(' && --depth == 0)
                return i == 0 || text[i - 1] == ' ' ? i : -1;
        }
        // An object whose name has an odd parenthesis: objects are paths or bracketed.
        int path = text.LastIndexOf(" (/"u8);
        return path < 0 ? -1 : path + 1;
    }

    // do_syscall_64+0x71
    //              ^^^^^
    static ulong TakeOffset(ref ReadOnlySpan<byte> name)
    {
        int plus = name.LastIndexOf("+0x"u8);
        if (plus <= 0)
            return 0;
        var digits = name[(plus + 3)..];
        if (digits.IsEmpty || TextNumber.ReadHex(digits, out ulong offset) != digits.Length)
            return 0;
        name = name[..plus];
        return offset;
    }

    static bool IsKernelObject(ReadOnlySpan<byte> dso, ulong address)
    {
        if (dso.StartsWith("[kernel"u8) || dso.StartsWith("[guest"u8) || dso.StartsWith("bpf_prog_"u8) || dso.EndsWith("vmlinux"u8))
            return true;
        if (dso[0] != '[')
            return address >= LowestKernelAddress || dso.EndsWith(".ko"u8) || dso.IndexOf(".ko."u8) >= 0;
        // [ext4] is a module, but [vdso], [vsyscall], [heap], [stack], [anon:…], [uprobes] are parts of a process.
        return address >= LowestKernelAddress && !dso.SequenceEqual("[vsyscall]"u8);
    }
}
