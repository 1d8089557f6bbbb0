// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Symbols;

/// <summary>Names the frames of a recording that holds addresses only, from what it says was where and from symbol tables elsewhere.</summary>
/// <remarks>Nothing is read before the first name is asked for: a file without stalls costs no symbol table. Not thread-safe.</remarks>
public sealed class RecordedSymbols : IFrameResolver
{
    readonly AddressSpaces _spaces;
    readonly IUserSymbols _users;
    readonly KernelNames _kernel;
    readonly Dictionary<string, ElfSymbols?> _elfs = [];
    readonly Dictionary<Pid, PerfMap?> _perfMaps = [];
    readonly AddressCache<string> _functions = new();
    readonly AddressCache<Frame> _kernelFrames = new();
    readonly UserFrames _userFrames;
    int _version;

    /// <param name="spaces">What the recording tells of mappings; may grow while names are asked for.</param>
    /// <param name="kernel">Gets the recorded kernel's symbols, called once at most; null when there are none.</param>
    /// <param name="users">Finds the symbols of programs; none without.</param>
    public RecordedSymbols(AddressSpaces spaces, Func<Kallsyms?> kernel, IUserSymbols? users = null)
    {
        _spaces = spaces;
        _users = users ?? NoUserSymbols.Instance;
        _kernel = new KernelNames(spaces.Kernel, kernel);
        _userFrames = new UserFrames(spaces);
    }

    /// <summary>Whether kernel frames have names. Reads the kernel's symbols if that was not yet needed.</summary>
    public bool HasKernelSymbols => _kernel.Usable is not null;

    /// <summary>Why kernel frames have no names, and the way out. Null when they have, and before anybody asked for one.</summary>
    public SymbolProblem? KernelProblem => _kernel.Problem;

    /// <inheritdoc/>
    /// <remarks>Which of the two an address is makes no difference here: see KernelNames.TryFindFrame.</remarks>
    public string? KernelFunction(ulong address, bool isReturnAddress)
    {
        ForgetOld();
        if (_functions.TryGet(address, out string? name))
            return name;
        name = _kernel.TryFindFrame(address, null, out var symbol) ? symbol.Function : null;
        _functions.Put(address, name);
        return name;
    }

    public IReadOnlyList<Frame> Resolve(ReadOnlySpan<ulong> chain, Pid pid, KernelTime time)
    {
        var frames = new List<Frame>(chain.Length);
        ulong context = 0;
        bool exact = true;
        foreach (ulong ip in chain)
        {
            if (ChainMarker.IsMarker(ip))
            {
                // What follows is a cookie: the user's part comes later, or never.
                if (ip == ChainMarker.UserDeferred)
                    break;
                // perf throws a chain away that speaks of guests, or of what it does not know.
                if (ip is not (ChainMarker.Kernel or ChainMarker.User or ChainMarker.Hypervisor))
                    return [];
                context = ip;
                exact = true;
                continue;
            }
            // A chain without markers: kernels live in the upper half everywhere that perf runs.
            bool kernel = context == 0 ? ip >> 63 != 0 : context == ChainMarker.Kernel;
            frames.Add(context == ChainMarker.Hypervisor ? new Frame(null, "[hypervisor]", false, ip)
                : kernel ? KernelFrame(ip, time)
                : UserFrame(ip, !exact, pid, time));
            exact = false;
        }
        return frames;
    }

    void ForgetOld()
    {
        if (_version == _spaces.Kernel.Version)
            return;
        _version = _spaces.Kernel.Version;
        _functions.Clear();
        _kernelFrames.Clear();
    }

    Frame KernelFrame(ulong ip, KernelTime time)
    {
        ForgetOld();
        // What the kernel makes at run time comes and goes, so there the time matters.
        bool lasts = !_spaces.Kernel.MayBeMade(ip);
        if (lasts && _kernelFrames.TryGet(ip, out var known))
            return known!;
        var frame = _kernel.TryFindFrame(ip, time, out var symbol)
            ? new Frame(symbol.Function, symbol.Module is null ? KernelNames.Kernel : $"[{symbol.Module}]", true, ip, symbol.Offset)
            : new Frame(null, _kernel.ModuleAt(ip), true, ip);
        if (lasts)
            _kernelFrames.Put(ip, frame);
        return frame;
    }

    Frame UserFrame(ulong ip, bool isReturnAddress, Pid pid, KernelTime time)
    {
        if (_userFrames.Find(pid, time, ip, isReturnAddress) is { } known)
            return known;
        var frame = FindUserFrame(ip, isReturnAddress, pid, time);
        // Without frame pointers chains hold whatever lay on the stack, a new address each time: not worth keeping.
        if (frame.Function is not null)
            _userFrames.Keep(pid, time, ip, isReturnAddress, frame);
        return frame;
    }

    Frame FindUserFrame(ulong ip, bool isReturnAddress, Pid pid, KernelTime time)
    {
        ulong back = isReturnAddress && ip != 0 ? 1ul : 0;
        ulong at = ip - back;
        if (_spaces.Find(pid, time, at) is not { } map)
            return new Frame(null, null, false, ip);

        if (IsAnonymous(map.File))
        {
            // perf calls such a map by the file in which a compiler may have told of it.
            string module = $"perf-{pid}.map";
            return PerfMapOf(pid) is { } jit && jit.TryFind(at, out string compiled, out ulong far)
                ? new Frame(compiled, module, false, ip, far + back)
                : new Frame(null, module, false, ip);
        }
        string file = map.File[(map.File.LastIndexOf('/') + 1)..];
        return ElfOf(map.File) is { } elf && elf.TryFindAtOffset(map.OffsetInFile(at), out string function, out ulong into)
            ? new Frame(function, file, false, ip, into + back)
            : new Frame(null, file, false, ip);
    }

    ElfSymbols? ElfOf(string path)
    {
        // [vdso], [heap], [stack]: no files.
        if (!path.StartsWith('/') || path.StartsWith("/SYSV", StringComparison.Ordinal))
            return null;
        if (!_elfs.TryGetValue(path, out var elf))
        {
            elf = _users.Elf(path, _spaces.BuildId(path));
            _elfs.Add(path, elf);
        }
        return elf;
    }

    PerfMap? PerfMapOf(Pid pid)
    {
        if (!_perfMaps.TryGetValue(pid, out var map))
        {
            map = _users.PerfMap(pid);
            _perfMaps.Add(pid, map);
        }
        return map;
    }

    static bool IsAnonymous(string file) =>
        file is "//anon" or "[anon]" ||
        file.StartsWith("/dev/zero", StringComparison.Ordinal) ||
        file.StartsWith("/anon_hugepage", StringComparison.Ordinal) ||
        file.StartsWith("[anon:", StringComparison.Ordinal);
}
