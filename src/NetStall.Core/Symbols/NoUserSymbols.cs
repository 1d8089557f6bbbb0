// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Symbols;

/// <summary>No user symbols: frames are known by their file.</summary>
public sealed class NoUserSymbols : IUserSymbols
{
    public static readonly NoUserSymbols Instance = new();
    NoUserSymbols() { }

    public ElfSymbols? Elf(string path, string? buildId) => null;
    public PerfMap? PerfMap(Pid pid) => null;
}
