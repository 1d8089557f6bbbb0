// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Symbols;

/// <summary>Joins a kernel's symbol list with what a recording tells of that kernel's addresses.</summary>
sealed class KernelNames(KernelAreas areas, Func<Kallsyms?> load)
{
    /// <summary>How frames of the kernel itself are marked.</summary>
    public const string Kernel = "[kernel]";

    const ulong Page = 4096;

    Kallsyms? _listed;
    bool _loaded;
    Kallsyms? _usable;
    SymbolProblem? _problem;
    int _version = -1;

    /// <summary>The list, moved to where the recorded kernel was; null when there is none that fits.</summary>
    public Kallsyms? Usable
    {
        get
        {
            if (!_loaded)
            {
                _listed = load();
                _loaded = true;
            }
            if (_version != areas.Version)
            {
                _version = areas.Version;
                (_usable, _problem) = Fit();
            }
            return _usable;
        }
    }

    /// <summary>Why there are no names; null when there are, and before anybody asked for one.</summary>
    public SymbolProblem? Problem => _loaded && Usable is null ? _problem : null;

    // A frame that is not the leaf holds a return address, which belongs to the call before it. But below an interrupt stands
    // the very instruction that was interrupted:
    //
    //     ffffffff81c00f66 asm_sysvec_call_function_single+0x16
    //     ffffffff810c9530 gid_cmp+0x0                              <- one byte before it lies __request_module()
    //     ffffffff81591032 sort_r+0xd2
    //
    // An address at the very start of a function is nearly always of that kind (8 of 8 in samples/gate-6.1), and its name may be the
    // culprit's. So the address is taken as it is, as perf does. Only a function's prefix, __pfx_gid_cmp from 6.2 on, never runs: what
    // points there is the return address of a call that does not return.
    public bool TryFindFrame(ulong address, KernelTime? time, out KernelSymbol symbol)
    {
        if (!TryFind(address, time, out symbol))
            return false;
        if (symbol.Offset != 0 || !symbol.Function.StartsWith("__pfx_", StringComparison.Ordinal) || !TryFind(address - 1, time, out var before))
            return true;
        symbol = before with { Offset = before.Offset + 1 };
        return true;
    }

    bool TryFind(ulong address, KernelTime? time, out KernelSymbol symbol)
    {
        if (areas.TryFindMade(address, time, out symbol))
            return true;
        if (Usable is not { } listed || !listed.TryFind(address, out symbol))
            return false;

        // A module's last function seems to reach far: the recording says where the module ends, and what lies behind it. A module
        // that came later is not in the recording, nor are BPF programs and trampolines, which are listed like modules.
        if (symbol.Module is null)
            return true;
        return areas.ModuleAt(address) is { } recorded ? recorded == symbol.Module : !areas.TellsOf(symbol.Module);
    }

    /// <summary>Which part of the kernel an address without a name is in.</summary>
    public string? ModuleAt(ulong address) =>
        areas.ModuleAt(address) is { } module ? $"[{module}]"
        : areas.Kernel is { } kernel && kernel.Covers(address) ? Kernel
        : null;

    // KASLR: the recording says where one symbol was. If the list has it elsewhere, the list is of another boot, or of another
    // kernel; the latter would give wrong names, which are worse than none.
    (Kallsyms?, SymbolProblem?) Fit()
    {
        if (_listed is null)
            return (null, new("There is no symbol list of the recorded kernel, so kernel functions have no names", "copy /proc/kallsyms of that node, read as root"));
        if (_listed.Problem is { } problem)
            return (null, problem);
        if (areas.Reference is not { } reference || !_listed.TryFind(reference.Symbol, out ulong address))
            return (_listed, null);

        var moved = address == reference.Address ? _listed : _listed.RelocatedBy(unchecked((long)(reference.Address - address)));
        bool shorter = areas.Kernel is { } kernel && moved.TryFind("_etext", out ulong end) && kernel.End < end;
        return shorter || unchecked(reference.Address - address) % Page != 0
            ? (null, new("The symbol list is of another kernel than the recording, so its names would be wrong", "copy /proc/kallsyms of the recorded node, read as root"))
            : (moved, null);
    }
}
