// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Catalogue;

/// <summary>One function name to look for, <c>*</c> standing for anything. System calls match under each of the kernel's names for them.</summary>
readonly record struct NamePattern
{
    // One system call, as different kernels and machines show it in a stack:
    //
    //     __x64_sys_read  __arm64_sys_read  __se_sys_read  __do_sys_read  ksys_read  sys_read  SyS_read  SYSC_read
    static readonly string[] SyscallPrefixes =
    [
        "__x64_sys_", "__ia32_sys_", "__arm64_sys_", "__s390x_sys_", "__riscv_sys_", "__se_sys_", "__do_sys_", "__sys_",
        "ksys_", "sys_", "SyS_", "SYSC_",
    ];

    readonly string _text;
    readonly bool _isSyscall;
    readonly bool _hasStar;

    NamePattern(string text, bool isSyscall)
    {
        _text = text;
        _isSyscall = isSyscall;
        _hasStar = text.Contains('*', StringComparison.Ordinal);
    }

    public bool IsExact => !_hasStar;

    public static NamePattern Parse(string text)
    {
        int prefix = SyscallPrefix(text);
        return new NamePattern(text[prefix..], prefix > 0);
    }

    /// <summary>Whether a name without compiler suffixes fits.</summary>
    public bool Fits(ReadOnlySpan<char> name)
    {
        if (_isSyscall)
        {
            int prefix = SyscallPrefix(name);
            if (prefix == 0)
                return false;
            name = name[prefix..];
        }
        return _hasStar ? Glob(_text, name) : name.SequenceEqual(_text);
    }

    static int SyscallPrefix(ReadOnlySpan<char> name)
    {
        foreach (string prefix in SyscallPrefixes)
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal))
                return prefix.Length;
        }
        return 0;
    }

    /// <summary>Whether <paramref name="text"/> is <paramref name="pattern"/> with each <c>*</c> replaced by something, or nothing.</summary>
    public static bool Glob(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        int p = 0, t = 0, star = -1, resume = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                resume = t;
            }
            else if (p < pattern.Length && pattern[p] == text[t])
            {
                p++;
                t++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                t = ++resume;
            }
            else
            {
                return false;
            }
        }
        return pattern[p..].Trim('*').IsEmpty;
    }
}
