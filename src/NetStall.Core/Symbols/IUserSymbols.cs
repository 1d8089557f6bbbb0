// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Symbols;

/// <summary>Finds the symbols of programs and libraries, wherever they lie now.</summary>
public interface IUserSymbols
{
    /// <summary>The file that was mapped, with its functions; null when it is not here or is another one by now.</summary>
    /// <param name="path">As recorded: a path in the process's own mount namespace.</param>
    /// <param name="buildId">The build id that it must have; null when the recording does not tell, and any will do.</param>
    ElfSymbols? Elf(string path, string? buildId);

    /// <summary>What the process's compiler wrote down of its functions; null when it wrote nothing.</summary>
    PerfMap? PerfMap(Pid pid);
}
