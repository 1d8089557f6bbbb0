// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Texts;

namespace NetStall.Ftrace;

// One line for each entry; which columns stand between pid and time is a matter of kernel version, options and trace-cmd:
//
//          longsys-24409   [001] dNh2.  1424.830122: sched_waking: comm=userA pid=24245 prio=139 target_cpu=001
//             bash-30795   (  30795) [000] d..2.  2952.738077: sched_switch: …          options/record-tgid
//             bash-30795   [001]   2955.034072: sched_switch: …                         options/irq-info off; trace-cmd report
//     qemu-sys-26931     0d.h.. 153922us : softirq_raise: …                             options/latency-format
//            <...>-1401    0d.h..  4573.234856682: softirq_raise: …                     trace-cmd report -l -t
//
// comm may hold any byte, but not within 15 bytes a pid, a CPU and a time: the first place where all of them fit is the right one.
/// <summary>The first line of an ftrace entry, cut in its parts.</summary>
readonly ref struct EntryLine
{
    // So that a line of nothing but beginnings of columns costs no more than its length.
    const int WidestField = 40;

    /// <summary>With the blanks before it.</summary>
    public ReadOnlySpan<byte> Comm { get; private init; }
    public int Tid { get; private init; }

    /// <summary>Null when not printed or not recorded: <c>(-----)</c>.</summary>
    public int? Pid { get; private init; }
    public int Cpu { get; private init; }
    public ContextFlags Flags { get; private init; }
    public byte PreemptDepth { get; private init; }
    public long Nanoseconds { get; private init; }

    /// <summary>Empty for lines without one: the function tracer's, and <c>&lt;stack trace&gt;</c>.</summary>
    public ReadOnlySpan<byte> Event { get; private init; }
    public ReadOnlySpan<byte> Payload { get; private init; }

    /// <summary>Where in the line the payload begins.</summary>
    public int PayloadAt { get; private init; }

    /// <summary>Whether this line is an entry.</summary>
    public static bool TryRead(ReadOnlySpan<byte> line, out EntryLine entry)
    {
        entry = default;
        for (int at = 0; at < line.Length - 1; at++)
        {
            int dash = line[at..].IndexOf((byte)'-');
            if (dash < 0)
                return false;
            at += dash;
            if (at + 1 < line.Length && TextNumber.IsDigit(line[at + 1]) && TryReadAt(line, at, out entry))
                return true;
        }
        return false;
    }

    static bool TryReadAt(ReadOnlySpan<byte> line, int dash, out EntryLine entry)
    {
        entry = default;
        var p = new PayloadCursor(line[(dash + 1)..]);
        if (!p.TryInt(out int tid) || !p.Rest.StartsWith(" "u8))
            return false;
        p.SkipBlanks();
        int? pid = TryTgid(ref p);

        ReadOnlySpan<byte> flags = default;
        int cpu;
        if (p.Skip("["u8))
        {
            int digits = TextNumber.CountDigits(p.Rest);
            if (digits < 3 || !p.TryInt(out cpu) || !p.Skip("] "u8))
                return false;
            p.SkipBlanks();
            if (!TimeIsNext(p.Rest) && !p.TryWord(out flags))
                return false;
        }
        else if (!p.TryInt(out cpu) || !p.TryWord(out flags))
            return false;
        if (!ContextColumn.TryRead(flags, out var context, out byte depth))
            return false;
        p.SkipBlanks();
        if (!TryTime(ref p, out long nanoseconds))
            return false;
        p.SkipBlanks();

        // softirq_raise: vec=3 …
        var rest = p.Rest;
        int colon = rest.IndexOf((byte)':');
        var name = colon > 0 && rest[..colon].IndexOfAny((byte)' ', (byte)'<') < 0 ? rest[..colon] : default;
        int payloadAt = dash + 1 + p.Position + (name.IsEmpty ? 0 : colon + 1);
        entry = new EntryLine
        {
            Comm = line[..dash],
            Tid = tid,
            Pid = pid,
            Cpu = cpu,
            Flags = context,
            PreemptDepth = depth,
            Nanoseconds = nanoseconds,
            Event = name,
            Payload = line[payloadAt..],
            PayloadAt = payloadAt,
        };
        return true;
    }

    // (  30795)    (-----)
    static int? TryTgid(ref PayloadCursor p)
    {
        if (!p.Rest.StartsWith("("u8))
            return null;
        int close = p.Rest[..Math.Min(p.Rest.Length, WidestField)].IndexOf((byte)')');
        if (close < 0)
            return null;
        var inside = p.Rest[1..close].Trim((byte)' ');
        int? pid = TextNumber.TryInt(inside, out int number) && number >= 0 ? number : null;
        p.Skip(p.Rest[..(close + 1)]);
        p.SkipBlanks();
        return pid;
    }

    static bool TimeIsNext(ReadOnlySpan<byte> rest)
    {
        int digits = TextNumber.CountDigits(rest);
        return digits > 0 && digits < rest.Length && (rest[digits] == '.' || rest[digits] == ':');
    }

    // 1424.830122:     4573.234856682:     153922us :     1234567890:  (counter, x86-tsc: no time, but an order)
    static bool TryTime(ref PayloadCursor p, out long nanoseconds)
    {
        nanoseconds = 0;
        int end = p.Rest[..Math.Min(p.Rest.Length, WidestField)].IndexOf((byte)':');
        if (end <= 0)
            return false;
        var field = p.Rest[..end];
        int length = 0;
        while (length < field.Length && (TextNumber.IsDigit(field[length]) || field[length] == '.'))
            length++;
        var number = field[..length];
        if (length == field.Length)
        {
            if (!TextNumber.TryTime(number, out nanoseconds) && !TextNumber.TryLong(number, out nanoseconds))
                return false;
        }
        else
        {
            // Behind the microseconds a mark may say how long until the next entry: `153922us!:`
            var unit = field[length..];
            if (!unit.StartsWith("us"u8) || unit.Length > 4 || !TextNumber.TryLong(number, out long microseconds) || microseconds > long.MaxValue / 1000)
                return false;
            nanoseconds = microseconds * 1000;
        }
        p.Skip(p.Rest[..(end + 1)]);
        return true;
    }
}
