// SPDX-License-Identifier: Apache-2.0
using NetStall.Linux.Symbols;
using NetStall.Symbols;

namespace NetStall.Tests.SymbolTables;

/// <summary>The kernel of samples/gate-6.1.</summary>
static class GateSample
{
    static readonly Lazy<Kallsyms> Read = new(() => KernelSymbolFile.Read(Path("samples/gate-6.1/kallsyms.gz")));

    public static Kallsyms Kallsyms => Read.Value;

    public static string Path(string inRepository)
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder, "NetStall.slnx")))
            folder = System.IO.Path.GetDirectoryName(folder);
        return System.IO.Path.Combine(folder ?? throw new InvalidOperationException("run the tests from a build inside the repository"), inRepository);
    }
}
