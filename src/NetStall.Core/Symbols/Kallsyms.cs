// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace NetStall.Symbols;

/// <summary>The functions of one kernel and its modules, by address: <c>/proc/kallsyms</c>.</summary>
/// <remarks>
/// Names stay bytes until one is asked for. Lookups are safe from several threads: the worst is that a name is made twice.
/// Which of several names at one address is shown, and how far a function reaches, follows perf, so that a frame reads
/// the same here and there; tests hold that against what perf printed.
/// </remarks>
public sealed class Kallsyms
{
    const ulong Page = 4096;

    readonly KallsymsTable _table;
    readonly string?[] _texts;

    // Recorded address = listed address + _delta.
    readonly ulong _delta;

    Kallsyms(KallsymsTable table, string?[] texts, ulong delta)
    {
        _table = table;
        _texts = texts;
        _delta = delta;
    }

    /// <summary>Reads the text of <c>/proc/kallsyms</c>. Never fails: lines that cannot be read are counted.</summary>
    public static Kallsyms Parse(ReadOnlySpan<byte> text)
    {
        var table = KallsymsParser.Parse(text);
        return new Kallsyms(table, new string?[table.Count], 0);
    }

    /// <summary>How many distinct addresses have a name.</summary>
    public int Count => _table.Functions;

    /// <summary>Lines that are not <c>address type name [module]</c>.</summary>
    public int MalformedLines => _table.MalformedLines;

    /// <summary>Whether every address is zero: the list was read by somebody whom the kernel does not show addresses.</summary>
    public bool AddressesHidden => _table.AddressesHidden;

    /// <summary>Why this list names nothing, and the way out; null when it does name functions.</summary>
    public SymbolProblem? Problem =>
        AddressesHidden ? new("All addresses in the kernel's symbol list are zero, because it was read without the right to see them",
            "read /proc/kallsyms as root, or set kernel.kptr_restrict=0 first")
        : Count == 0 ? new("The kernel's symbol list names no function", "copy /proc/kallsyms of the recorded node, read as root")
        : null;

    /// <summary>The function that covers this address; false when none does.</summary>
    public bool TryFind(ulong address, out KernelSymbol symbol)
    {
        int i = IndexOf(address);
        if (i < 0)
        {
            symbol = default;
            return false;
        }
        symbol = new KernelSymbol(Text(i), unchecked(address - _delta - _table.Addresses[i]), Module(i));
        return true;
    }

    /// <summary>The address of a name, of any that the list gives to text: <c>_text</c>. Slow: it looks at every name.</summary>
    public bool TryFind(string function, out ulong address)
    {
        if (_table.TryFind(Encoding.UTF8.GetBytes(function), out address))
        {
            address = unchecked(address + _delta);
            return true;
        }
        return false;
    }

    /// <summary>
    /// The same list for a kernel that was loaded <paramref name="delta"/> bytes further up (KASLR: another boot of the same kernel).
    /// Modules are left out then: each is loaded elsewhere at each boot, and by its own distance.
    /// </summary>
    public Kallsyms RelocatedBy(long delta) => new(_table, _texts, unchecked(_delta + (ulong)delta));

    int IndexOf(ulong address)
    {
        ulong listed = unchecked(address - _delta);
        int i = Array.BinarySearch(_table.Addresses, 0, _table.Count, listed);
        if (i < 0)
            i = ~i - 1;
        if (i < 0 || KallsymsTable.IsBoundary(_table.Names[i]) || listed >= End(i))
            return -1;
        return _delta != 0 && KallsymsTable.ModuleId(_table.Names[i]) != 0 ? -1 : i;
    }

    // A function reaches to the next symbol. Where the next one belongs to another module, or there is none, the list does not
    // tell, and perf lets it end with the page after the one that it ends in.
    ulong End(int i)
    {
        ulong start = _table.Addresses[i];
        ulong guess = start > ulong.MaxValue - 2 * Page ? ulong.MaxValue : (start + Page - 1) / Page * Page + Page;
        if (i + 1 == _table.Count)
            return guess;
        ulong next = _table.Addresses[i + 1];
        return KallsymsTable.ModuleId(_table.Names[i]) == KallsymsTable.ModuleId(_table.Names[i + 1]) ? next : Math.Min(next, guess);
    }

    string Text(int i) => _texts[i] ??= Encoding.UTF8.GetString(_table.Name(_table.Names[i]));

    string? Module(int i) => _table.Modules[KallsymsTable.ModuleId(_table.Names[i])];
}
