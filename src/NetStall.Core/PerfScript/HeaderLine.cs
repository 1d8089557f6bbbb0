// SPDX-License-Identifier: Apache-2.0
using NetStall.Texts;

namespace NetStall.PerfScript;

// The parts stand in this order, whatever the order in -F; all but the time may be missing:
//
//     .NET TP Worker 25868/25971 [000]  2596.143841:    1001001 cpu-clock:
//              pinger 25786      [000]  2586.080440:                 irq:softirq_raise: vec=3 [action=NET_RX]
//     ~~~~~~~~~~~~~~~ ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^    ~~~~~~~ ~~~~~~~~~~~~~~~~~~~~~~ ~~~~~~~~~~~~~~~~~~~~~
//     comm            the anchor                        period  event                  payload
//
// comm may hold any byte, so digits, brackets and colons too, and so may a payload that prints a comm. What cannot be forged in
// the 15 bytes of a comm is a whole anchor with its CPU, `1 [001] 1.000000:`, and that is what we look for.
/// <summary>The first line of a record of <c>perf script</c>, cut in its parts.</summary>
readonly ref struct HeaderLine
{
    const int BestRank = 8;

    HeaderLine(scoped in Anchor anchor, ReadOnlySpan<byte> line, int eventStart, int eventLength, long period, int payloadAt)
    {
        Comm = line[..anchor.CommEnd];
        Pid = anchor.Pid;
        Tid = anchor.Tid;
        Cpu = anchor.Cpu;
        Nanoseconds = anchor.Nanoseconds;
        Event = line.Slice(eventStart, eventLength);
        Period = period;
        PayloadAt = payloadAt;
        Payload = line[payloadAt..];
    }

    /// <summary>With the blanks around it.</summary>
    public ReadOnlySpan<byte> Comm { get; }

    /// <summary>Null if only one number stands there, which then is the tid.</summary>
    public int? Pid { get; }

    /// <summary>-1: the task had exited. Null: not printed.</summary>
    public int? Tid { get; }
    public int? Cpu { get; }
    public long Nanoseconds { get; }

    /// <summary>0 when not printed.</summary>
    public long Period { get; }

    /// <summary>Without the colon after it; empty when not printed. <c>PERF_RECORD_…</c> for what --show-… adds.</summary>
    public ReadOnlySpan<byte> Event { get; }
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>Where in the line the payload begins.</summary>
    public int PayloadAt { get; }

    /// <summary>Whether this line is a header. Costs nothing on the lines of call chains.</summary>
    public static bool TryRead(ReadOnlySpan<byte> line, out HeaderLine header) =>
        TryReadEnd(line, out header) || TryReadForward(line, out header);

    // A record with a call chain has nothing after its event, so its end is sure and the last anchor is the right one.
    static bool TryReadEnd(ReadOnlySpan<byte> line, out HeaderLine header)
    {
        header = default;
        int end = line.Length;
        while (end > 0 && line[end - 1] == ' ')
            end--;
        if (end == 0 || line[end - 1] != ':')
            return false;
        int eventStart = line[..end].LastIndexOf((byte)' ') + 1;
        var name = line[eventStart..(end - 1)];
        int at = SkipBlanksBack(line, eventStart);
        long period = 0;
        int digits = at;
        while (digits > 0 && TextNumber.IsDigit(line[digits - 1]))
            digits--;
        if (digits < at && digits > 0 && line[digits - 1] == ' ')
        {
            TextNumber.TryLong(line[digits..at], out period);
            at = SkipBlanksBack(line, digits);
        }
        if (name.IsEmpty || at == 0 || line[at - 1] != ':' || !Anchor.TryRead(line, at - 1, out var anchor) || !anchor.HasIds)
            return false;
        header = new HeaderLine(anchor, line, eventStart, name.Length, period, line.Length);
        return true;
    }

    static bool TryReadForward(ReadOnlySpan<byte> line, out HeaderLine header)
    {
        header = default;
        int best = 0;
        for (int at = 0; at < line.Length; at++)
        {
            int colon = line[at..].IndexOf((byte)':');
            if (colon < 0)
                break;
            at += colon;
            // Cheap before dear: most colons stand in names.
            if (at < 8 || !TextNumber.IsDigit(line[at - 1]) || (at + 1 < line.Length && line[at + 1] != ' '))
                continue;
            if (!Anchor.TryRead(line, at, out var anchor) || !TryTail(line, at + 1, anchor, out var candidate))
                continue;
            // The first is the right one, for what follows the event is free text; but one with ids and CPU is better than one without.
            int rank = 1 + (anchor.Cpu is null ? 0 : 1) + (anchor.HasIds ? 2 : 0) + (candidate.Event.IsEmpty ? 0 : 4);
            if (rank <= best)
                continue;
            header = candidate;
            best = rank;
            if (best == BestRank)
                break;
        }
        return best > 0;
    }

    // [period] event: payload
    static bool TryTail(ReadOnlySpan<byte> line, int from, scoped in Anchor anchor, out HeaderLine header)
    {
        header = default;
        int at = SkipBlanks(line, from);
        long period = 0;
        int digits = TextNumber.CountDigits(line[at..]);
        if (digits > 0 && (at + digits == line.Length || line[at + digits] == ' '))
        {
            TextNumber.TryLong(line.Slice(at, digits), out period);
            at = SkipBlanks(line, at + digits);
        }
        int length = line[at..].IndexOf((byte)' ');
        if (length < 0)
            length = line.Length - at;
        var word = line.Slice(at, length);
        if (word is [.. { Length: > 0 }, (byte)':'])
        {
            header = new HeaderLine(anchor, line, at, length - 1, period, at + length);
            return true;
        }
        // PERF_RECORD_FORK(27762:27762):(27742:27742)        PERF_RECORD_COMM exec: perf:27762/27762
        if (word.StartsWith("PERF_RECORD_"u8))
        {
            int name = word.IndexOfAny((byte)'(', (byte)':');
            header = new HeaderLine(anchor, line, at, name < 0 ? length : name, period, at + (name < 0 ? length : name));
            return true;
        }
        // No event printed: nothing follows, or an address does.
        if (word.IsEmpty || TextNumber.ReadHex(word, out _) == word.Length)
        {
            header = new HeaderLine(anchor, line, at, 0, period, at);
            return anchor.HasIds || anchor.CommEnd == 0 || anchor.Cpu is not null;
        }
        return false;
    }

    static int SkipBlanks(ReadOnlySpan<byte> line, int at)
    {
        while (at < line.Length && line[at] == ' ')
            at++;
        return at;
    }

    static int SkipBlanksBack(ReadOnlySpan<byte> line, int at)
    {
        while (at > 0 && line[at - 1] == ' ')
            at--;
        return at;
    }
}
