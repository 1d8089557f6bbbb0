// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Text;

namespace NetStall.PerfData.Writing;

/// <summary>One mapping of a process, of <c>/proc/PID/maps</c>.</summary>
public readonly ref struct ProcessMap
{
    public ulong Start { get; private init; }
    public ulong End { get; private init; }
    public ulong Offset { get; private init; }
    public uint Major { get; private init; }
    public uint Minor { get; private init; }
    public ulong Inode { get; private init; }
    public bool IsExecutable { get; private init; }

    /// <summary>A path, <c>[vdso]</c>, or <c>//anon</c> where the kernel has no name.</summary>
    public ReadOnlySpan<byte> Name { get; private init; }

    // 55d0c0a6c000-55d0c0a70000 r-xp 00002000 fe:00 1234     /usr/bin/cat
    public static bool TryParse(ReadOnlySpan<byte> line, out ProcessMap map)
    {
        map = default;
        if (!TryHex(ref line, (byte)'-', out ulong start) || !TryHex(ref line, (byte)' ', out ulong end) || line.Length < 5 || end < start)
            return false;
        bool executable = line[2] == (byte)'x';
        line = line[5..];
        if (!TryHex(ref line, (byte)' ', out ulong offset) || !TryHex(ref line, (byte)':', out ulong major) || !TryHex(ref line, (byte)' ', out ulong minor))
            return false;
        if (!Utf8Parser.TryParse(line, out ulong inode, out int digits))
            return false;
        var name = line[digits..].TrimStart((byte)' ');
        map = new ProcessMap
        {
            Start = start,
            End = end,
            Offset = offset,
            Major = (uint)major,
            Minor = (uint)minor,
            Inode = inode,
            IsExecutable = executable,
            Name = name.IsEmpty ? "//anon"u8 : name,
        };
        return true;
    }

    static bool TryHex(ref ReadOnlySpan<byte> line, byte end, out ulong value)
    {
        if (!Utf8Parser.TryParse(line, out value, out int length, 'x') || length >= line.Length || line[length] != end)
            return false;
        line = line[(length + 1)..];
        return true;
    }
}
