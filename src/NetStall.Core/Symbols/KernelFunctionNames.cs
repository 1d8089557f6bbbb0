// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Symbols;

/// <summary>Kernel function names as their authors wrote them: without the offset, and without what compilers append.</summary>
public static class KernelFunctionNames
{
    // A C identifier holds no dot, so everything from the first of these on was made by a compiler or linker:
    //
    //     memcg_stat_format.constprop.0    do_softirq.part.0    __mutex_lock.isra.0    handle_softirqs.cold
    //     foo.llvm.1234567890              foo.lto_priv.0       foo.constprop.0.isra.0.cold
    static readonly string[] Appended =
        ["isra", "constprop", "part", "cold", "llvm", "lto", "lto_priv", "clone", "cfi", "cfi_jt", "localalias"];

    /// <summary>The name alone; the same object when there is nothing to take off.</summary>
    public static string Strip(string name)
    {
        var stripped = Strip(name.AsSpan());
        return stripped.Length == name.Length ? name : stripped.ToString();
    }

    /// <summary>The name alone. Never empty unless <paramref name="name"/> is.</summary>
    public static ReadOnlySpan<char> Strip(ReadOnlySpan<char> name)
    {
        // do_syscall_64+0x5b/0x80
        //              ^^^^^^^^^^
        int offset = name.IndexOf("+0x", StringComparison.Ordinal);
        if (offset > 0)
            name = name[..offset];

        for (int dot = NextDot(name, 1); dot > 0; dot = NextDot(name, dot + 1))
        {
            int next = NextDot(name, dot + 1);
            if (IsAppended(name[(dot + 1)..(next < 0 ? name.Length : next)]))
                return name[..dot];
        }
        return name;
    }

    static int NextDot(ReadOnlySpan<char> name, int from)
    {
        if (from >= name.Length)
            return -1;
        int at = name[from..].IndexOf('.');
        return at < 0 ? -1 : from + at;
    }

    static bool IsAppended(ReadOnlySpan<char> word)
    {
        foreach (string appended in Appended)
        {
            if (word.SequenceEqual(appended))
                return true;
        }
        return false;
    }
}
