// SPDX-License-Identifier: Apache-2.0
using NetStall.Texts;

namespace NetStall.Collapse;

/// <summary>What a frame is called in a collapsed line.</summary>
static class FrameName
{
    /// <summary>How many bytes a name may need.</summary>
    public static int Room(int symbol, int dso) => 3 * symbol + 3 * dso + 32;

    /// <summary>Writes the name; returns its length, never 0.</summary>
    /// <param name="symbol">Without offset; empty or <c>[unknown]</c> if there is none.</param>
    /// <param name="dso">The object as perf prints it, or its file name; empty if not known.</param>
    /// <param name="isJava">Whether the task is called <c>java</c>.</param>
    /// <param name="to">At least <see cref="Room"/>.</param>
    public static int Write(ReadOnlySpan<byte> symbol, ReadOnlySpan<byte> dso, bool isJava, Span<byte> to)
    {
        if (symbol.IsEmpty || symbol.SequenceEqual("[unknown]"u8))
            return WriteObject(dso, to);

        // outer->inner: functions inlined into one another
        int length = 0;
        bool isInlined = false;
        while (true)
        {
            int arrow = Arrow(symbol);
            length += WritePart(arrow < 0 ? symbol : symbol[..arrow], isJava, to[length..]);
            if (isInlined)
            {
                "_[i]"u8.CopyTo(to[length..]);
                length += 4;
            }
            if (arrow < 0)
                break;
            symbol = symbol[(arrow + 2)..];
            to[length++] = (byte)';';
            isInlined = true;
        }
        return length > 0 ? length : WriteObject(default, to);
    }

    // [unknown] (/usr/bin/perf) is [perf]; [unknown] ([vdso]) is [vdso]
    static int WriteObject(ReadOnlySpan<byte> dso, Span<byte> to)
    {
        dso = ObjectName.IsKernelImage(dso) ? "[kernel.kallsyms]"u8 : ObjectName.FileName(dso);
        if (dso.IsEmpty)
            dso = "[unknown]"u8;
        if (dso is [(byte)'[', ..])
            return SafeBytes.WriteName(dso, to);
        to[0] = (byte)'[';
        int length = SafeBytes.WriteName(dso, to[1..]);
        to[length + 1] = (byte)']';
        return length + 2;
    }

    // std::unique_ptr<T>::operator->() is one name
    static int Arrow(ReadOnlySpan<byte> symbol)
    {
        for (int from = 0; ;)
        {
            int found = symbol[from..].IndexOf("->"u8);
            if (found < 0)
                return -1;
            found += from;
            if (found > 0 && found + 2 < symbol.Length && !symbol[..found].EndsWith("operator"u8))
                return found;
            from = found + 2;
        }
    }

    static int WritePart(ReadOnlySpan<byte> symbol, bool isJava, Span<byte> to)
    {
        symbol = WithoutArguments(symbol);
        // Lorg/mozilla/javascript/MemberBox;.<init>
        if (isJava && symbol is [(byte)'L', .. var name] && symbol.IndexOf((byte)'/') >= 0)
            symbol = name;
        return SafeBytes.WriteName(symbol, to);
    }

    // Foo::bar(int, char) const              Foo::bar
    // net/http.(*Client).Do                  as it is: a method of Go
    // (anonymous namespace)::f(int)          (anonymous namespace)::f
    static ReadOnlySpan<byte> WithoutArguments(ReadOnlySpan<byte> symbol)
    {
        int receiver = symbol.IndexOf(".("u8);
        if (receiver >= 0 && symbol[(receiver + 2)..].IndexOf(")."u8) >= 0)
            return symbol;
        for (int from = 0; from < symbol.Length;)
        {
            int open = symbol[from..].IndexOf((byte)'(');
            if (open < 0)
                return symbol;
            open += from;
            if (!symbol[open..].StartsWith("(anonymous namespace)"u8))
                return open == 0 ? symbol : symbol[..open];
            from = open + "(anonymous namespace)".Length;
        }
        return symbol;
    }
}
