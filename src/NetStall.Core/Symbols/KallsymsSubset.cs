// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Text;

namespace NetStall.Symbols;

/// <summary>The part of a kernel's symbol list that some addresses need: a recording's own few thousand lines of some two hundred thousand.</summary>
public static class KallsymsSubset
{
    // Where the kernel begins and ends: readers tell by them how far a boot moved it.
    static ReadOnlySpan<byte> Anchors => "_text\n_stext\n_etext\n"u8;

    // 0000000000000000 T _text        to whoever may not know (kernel.kptr_restrict)
    /// <summary>Whether the list holds names, but of no one where it stands.</summary>
    public static bool HidesAddresses(ReadOnlySpan<byte> list)
    {
        bool any = false;
        while (!list.IsEmpty)
        {
            int length = list.IndexOf((byte)'\n');
            var line = length < 0 ? list : list[..length];
            list = length < 0 ? [] : list[(length + 1)..];
            if (!Utf8Parser.TryParse(line, out ulong address, out int digits, 'x') || digits < 8)
                continue;
            any = true;
            // The per-CPU symbols of x86 begin at zero in any case.
            if (address != 0)
                return false;
        }
        return any;
    }

    readonly record struct Line(ulong Address, int Begin, int End);

    /// <summary>Those lines under which the addresses fall, all names of each, and the one behind each, which says where the function ends.</summary>
    /// <param name="list">As <c>/proc/kallsyms</c>, in any order.</param>
    /// <param name="addresses">Of the recorded kernel, as the list has them.</param>
    /// <returns>Lines of the list, by rising address.</returns>
    public static byte[] Select(ReadOnlySpan<byte> list, IEnumerable<ulong> addresses)
    {
        var lines = new List<Line>();
        var wanted = new HashSet<ulong>();
        for (int begin = 0; begin < list.Length;)
        {
            int length = list[begin..].IndexOf((byte)'\n');
            int end = length < 0 ? list.Length : begin + length + 1;
            var line = list[begin..end];
            if (Utf8Parser.TryParse(line, out ulong address, out int digits, 'x') && digits >= 8)
            {
                lines.Add(new Line(address, begin, end));
                // ffffffff81000000 T _text
                if (line.Length > digits + 3 && IsAnchor(line[(digits + 3)..]))
                    wanted.Add(address);
            }
            begin = end;
        }
        lines.Sort((a, b) => a.Address.CompareTo(b.Address));
        var starts = new List<ulong>();
        foreach (var line in lines)
        {
            if (starts.Count == 0 || starts[^1] != line.Address)
                starts.Add(line.Address);
        }

        foreach (ulong address in addresses)
        {
            int at = starts.BinarySearch(address);
            if (at < 0)
                at = ~at - 1;
            if (at < 0)
                continue;
            wanted.Add(starts[at]);
            if (at + 1 < starts.Count)
                wanted.Add(starts[at + 1]);
            // A return address right behind a function that never returns belongs to that one.
            if (starts[at] == address && at > 0)
                wanted.Add(starts[at - 1]);
        }

        var selected = new List<byte>();
        foreach (var line in lines)
        {
            if (wanted.Contains(line.Address))
                selected.AddRange(list[line.Begin..line.End]);
        }
        return [.. selected];
    }

    static bool IsAnchor(ReadOnlySpan<byte> name)
    {
        foreach (var range in Anchors.Split((byte)'\n'))
        {
            var anchor = Anchors[range];
            if (!anchor.IsEmpty && name.StartsWith(anchor) && (name.Length == anchor.Length || name[anchor.Length] is (byte)'\n' or (byte)'\t'))
                return true;
        }
        return false;
    }
}
