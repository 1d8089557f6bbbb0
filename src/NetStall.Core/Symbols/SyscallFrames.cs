// SPDX-License-Identifier: Apache-2.0
using System.Collections.Frozen;

namespace NetStall.Symbols;

/// <summary>Reads off a call chain which system call it is in, and which function does that call's work.</summary>
/// <remarks>
/// Chains are root first here, as one reads them:
/// <code>
///     entry_SYSCALL_64_after_hwframe;do_syscall_64;ksys_read;vfs_read;seq_read_iter;memory_stat_show;mem_cgroup_flush_stats
///     entry code                                   names it  plumbing               does the work
/// </code>
/// A name is given only where the chain leaves no choice: compilers inline the frame that would have told, and vfs_read()
/// alone may be read, pread64 or readv.
/// </remarks>
public static class SyscallFrames
{
    // How many frames below the entry may be passed before one that names the call; deeper ones may be the kernel calling itself.
    const int DeepestName = 3;

    /// <summary>The system call that this function is the body of: <c>__x64_sys_read</c>, <c>ksys_read</c>; null when it is none.</summary>
    /// <param name="function">As the symbol table spells it; what a compiler appended (<c>.isra.0</c>) does not matter.</param>
    public static string? NameOf(string function)
    {
        string bare = KernelFunctionNames.Strip(function);
        foreach (var (prefix, certain) in BodyPrefixes)
        {
            if (!bare.StartsWith(prefix, StringComparison.Ordinal) || bare.Length == prefix.Length)
                continue;
            string name = UserName(bare[prefix.Length..]);
            if (name == "ni_syscall")
                return null;
            // sys_fillrect() and ksys_dup3() begin like system calls; only the long prefixes are made by SYSCALL_DEFINE alone.
            return certain || (SyscallNames.IsSyscall(name) && !AmbiguousBodies.Contains(bare)) ? name : null;
        }
        return null;
    }

    /// <summary>The system call that this chain is in; null when it is in none, or the chain does not tell which.</summary>
    /// <param name="rootFirst">Functions of the chain, null where unknown.</param>
    public static string? Find(ReadOnlySpan<string?> rootFirst)
    {
        int at = FirstAfterEntry(rootFirst);
        if (at < 0)
            return null;
        for (int i = at; i < rootFirst.Length && i < at + DeepestName; i++)
        {
            if (rootFirst[i] is not { } function || SyscallPlumbing.EndsCall(function))
                return null;
            string? name = NameOf(function);
            if (name is null && i == at)
                name = SyscallPlumbing.OnlyCaller(KernelFunctionNames.Strip(function));
            if (name is not null)
                return name;
        }
        return null;
    }

    /// <summary>
    /// The first frame deeper than the system call's entry that does its own work, wrappers passed over; the leaf when all
    /// of it is wrappers; -1 when the chain is in no system call.
    /// </summary>
    public static int FirstBelow(ReadOnlySpan<string?> rootFirst)
    {
        int at = FirstAfterEntry(rootFirst);
        if (at < 0)
            return -1;
        while (at < rootFirst.Length && rootFirst[at] is { } function && IsPlumbing(function))
            at++;
        // An interrupt on top of the call's own body is none of the call's work.
        if (at < rootFirst.Length && rootFirst[at] is { } below && SyscallPlumbing.IsInterrupt(below))
            at--;
        return Math.Min(at, rootFirst.Length - 1);
    }

    /// <summary>Whether this function only hands a system call on: entry code, bodies made by SYSCALL_DEFINE, vfs_read() and their like.</summary>
    public static bool IsPlumbing(string function)
    {
        string bare = KernelFunctionNames.Strip(function);
        return SyscallPlumbing.IsEntry(bare) || SyscallPlumbing.IsWrapper(bare) || NameOf(bare) is not null;
    }

    /// <summary>Whether this function is what a processor runs first on a system call, down to where calls part ways.</summary>
    public static bool IsEntry(string function) => SyscallPlumbing.IsEntry(KernelFunctionNames.Strip(function));

    // The entry frames stand together, above them the user's; a second entry deeper down would be a kernel bug.
    static int FirstAfterEntry(ReadOnlySpan<string?> rootFirst)
    {
        for (int i = 0; i < rootFirst.Length; i++)
        {
            if (rootFirst[i] is not { } root || !IsEntry(root))
                continue;
            while (i < rootFirst.Length && rootFirst[i] is { } function && IsEntry(function))
                i++;
            return i;
        }
        return -1;
    }

    // Longest first where one begins another. "Certain": made by SYSCALL_DEFINE, so whatever follows is a system call.
    static readonly (string Prefix, bool Certain)[] BodyPrefixes =
    [
        ("__x64_compat_sys_", true), ("__x64_sys_", true), ("__x32_compat_sys_", true),
        ("__ia32_compat_sys_", true), ("__ia32_sys_", true),
        ("__arm64_compat_sys_", true), ("__arm64_sys_", true), ("__riscv_compat_sys_", true), ("__riscv_sys_", true),
        ("__s390x_sys_", true), ("__s390_compat_sys_", true),
        ("__se_compat_sys_", true), ("__se_sys_", true), ("__do_compat_sys_", true), ("__do_sys_", true),
        ("ksys_", false), ("compat_sys_", false), ("sys_", false),
        // Until 4.17.
        ("compat_SyS_", false), ("C_SYSC_", false), ("SyS_", false), ("SYSC_", false),
    ];

    // One body of several calls: dup2 and dup3; semop and semtimedop; mmap on some machines only; sync also from within the kernel.
    static readonly FrozenSet<string> AmbiguousBodies = FrozenSet.Create("ksys_dup3", "ksys_semtimedop", "ksys_sync", "ksys_fallocate");

    // The kernel's own word for a call, where it is not the user's.
    static readonly FrozenDictionary<string, string> UserNames = new Dictionary<string, string>
    {
        ["newstat"] = "stat",
        ["newlstat"] = "lstat",
        ["newfstat"] = "fstat",
        ["newuname"] = "uname",
        ["sendfile64"] = "sendfile",
        ["fadvise64_64"] = "fadvise64",
        ["mmap_pgoff"] = "mmap",
        ["umount"] = "umount2",
        ["sysctl"] = "_sysctl",
        ["llseek"] = "_llseek",
    }.ToFrozenDictionary();

    static string UserName(string kernelName)
    {
        if (UserNames.TryGetValue(kernelName, out string? name))
            return name;
        // For 32-bit programs: futex_time32, getuid16, ia32_fallocate.
        string plain = kernelName.StartsWith("ia32_", StringComparison.Ordinal) ? kernelName[5..] : kernelName;
        if (plain.EndsWith("_time32", StringComparison.Ordinal))
            plain = plain[..^7];
        else if (plain.EndsWith("16", StringComparison.Ordinal))
            plain = plain[..^2];
        return plain != kernelName && SyscallNames.IsSyscall(plain) ? plain : kernelName;
    }
}
