// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Symbols;

/// <summary>What a recording tells of the kernel's own addresses: where it lies, its modules, and code made at run time (KSYMBOL).</summary>
public sealed class KernelAreas
{
    const string KernelMap = "[kernel.kallsyms]";

    // A program that is gone has an entry that says so; another may come to lie at its address.
    readonly record struct Made(ulong Start, ulong End, string Name, bool Gone);

    readonly TimeOrdered<Made> _made = new();
    ulong _madeFrom = ulong.MaxValue, _madeTo;
    readonly List<(RecordedMap Map, string Name)> _modules = [];
    readonly HashSet<string> _moduleNames = [];

    /// <summary>Grows with everything told, so that what was looked up before can be known to be old.</summary>
    public int Version { get; private set; }

    /// <summary>The kernel itself; null until told.</summary>
    public RecordedMap? Kernel { get; private set; }

    /// <summary>
    /// A symbol whose address in the recorded kernel is known, to tell by how much KASLR moved it: <c>_text</c> or <c>_stext</c>.
    /// Null when the recorder could not see addresses.
    /// </summary>
    public (string Symbol, ulong Address)? Reference { get; private set; }

    /// <summary>Whether the recording tells where this module lay.</summary>
    public bool TellsOf(string module) => _moduleNames.Contains(module);

    // PERF_RECORD_MMAP -1/0: [0xffffffff81000000(0xe01ef2) @ 0xffffffff81000000]: x [kernel.kallsyms]_text
    // PERF_RECORD_MMAP -1/0: [0xffffffffc0201000(0x9000) @ 0]: x [veth]            or /lib/modules/…/veth.ko
    //                                                          the page offset is the symbol's address; 0: hidden
    internal void OnMmap(RecordedMap map)
    {
        Version++;
        if (map.File.StartsWith(KernelMap, StringComparison.Ordinal))
        {
            Kernel = map;
            string symbol = map.File[KernelMap.Length..];
            Reference = map.PageOffset != 0 && symbol.Length > 0 ? (symbol, map.PageOffset) : null;
        }
        else if (!map.File.StartsWith("[guest.kernel", StringComparison.Ordinal))
        {
            string name = ModuleName(map.File);
            _modules.Add((map, name));
            _moduleNames.Add(name);
        }
    }

    internal void OnKsymbol(ulong address, uint length, string name, bool unregister, KernelTime time)
    {
        Version++;
        var made = new Made(address, Add(address, length), name, unregister);
        _made.Add(time, made);
        _madeFrom = Math.Min(_madeFrom, made.Start);
        _madeTo = Math.Max(_madeTo, made.End);
    }

    /// <summary>Whether run-time code may ever have been at this address.</summary>
    public bool MayBeMade(ulong address) => address >= _madeFrom && address < _madeTo;

    /// <summary>The run-time code at this address, then; at any time when <paramref name="time"/> is null.</summary>
    public bool TryFindMade(ulong address, KernelTime? time, out KernelSymbol symbol)
    {
        symbol = default;
        if (!MayBeMade(address))
            return false;
        for (int i = _made.After(time ?? new KernelTime(long.MaxValue)) - 1; i >= 0; i--)
        {
            var made = _made[i].Value;
            if (address < made.Start || address >= made.End)
                continue;
            if (made.Gone && time is not null)
                break;
            symbol = new KernelSymbol(made.Name, address - made.Start, IsBpf(made.Name) ? "bpf" : null);
            return true;
        }
        return false;
    }

    /// <summary>The module's name without brackets, path and ending; null when no recorded module covers the address.</summary>
    public string? ModuleAt(ulong address)
    {
        // The newest first: a module may have been unloaded and another loaded in its place.
        for (int i = _modules.Count - 1; i >= 0; i--)
        {
            if (_modules[i].Map.Covers(address))
                return _modules[i].Name;
        }
        return null;
    }

    static bool IsBpf(string name) => name.StartsWith("bpf_", StringComparison.Ordinal);

    // "/lib/modules/6.1.0/kernel/drivers/net/veth.ko.xz" and "[veth]" are "veth"; a dash in a file's name is an underscore in the module's.
    static string ModuleName(string file)
    {
        if (file is ['[', .. var name, ']'])
            return name;
        string last = file[(file.LastIndexOf('/') + 1)..];
        int ending = last.IndexOf(".ko", StringComparison.Ordinal);
        return (ending > 0 ? last[..ending] : last).Replace('-', '_');
    }

    internal static ulong Add(ulong start, ulong length) => length > ulong.MaxValue - start ? ulong.MaxValue : start + length;
}
