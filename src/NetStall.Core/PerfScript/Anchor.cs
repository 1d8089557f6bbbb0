// SPDX-License-Identifier: Apache-2.0
using NetStall.Texts;

namespace NetStall.PerfScript;

/// <summary>Ids, CPU and time of a header, read backwards from the colon after the time: what is before them is the comm.</summary>
readonly struct Anchor
{
    public int? Pid { get; private init; }
    public int? Tid { get; private init; }
    public int? Cpu { get; private init; }
    public long Nanoseconds { get; private init; }

    /// <summary>Where the comm ends, blanks and all.</summary>
    public int CommEnd { get; private init; }

    public bool HasIds => Tid is not null;

    /// <summary>Whether these stand before the colon.</summary>
    public static bool TryRead(ReadOnlySpan<byte> line, int colon, out Anchor anchor)
    {
        anchor = default;
        int start = colon;
        while (start > 0 && (TextNumber.IsDigit(line[start - 1]) || line[start - 1] == '.'))
            start--;
        if ((start > 0 && line[start - 1] != ' ') || !TextNumber.TryTime(line[start..colon], out long time))
            return false;

        int at = SkipDate(line, BlanksBack(line, start));
        if (!TryCpu(line, ref at, out int? cpu) && TrySkipMode(line, at, out int beforeMode))
        {
            int retry = beforeMode;
            // Letters that no CPU stands before may as well belong to the comm.
            if (TryCpu(line, ref retry, out cpu) || EndsWithIds(line, retry))
                at = retry;
        }
        TryIds(line, ref at, out int? pid, out int? tid);
        anchor = new Anchor { Pid = pid, Tid = tid, Cpu = cpu, Nanoseconds = time, CommEnd = at };
        return true;
    }

    // [003]    four digits from the 1000th CPU on
    static bool TryCpu(ReadOnlySpan<byte> line, ref int at, out int? cpu)
    {
        cpu = null;
        if (at < 5 || line[at - 1] != ']')
            return false;
        int open = at - 2;
        while (open > 0 && TextNumber.IsDigit(line[open]))
            open--;
        if (line[open] != '[' || at - open < 5 || !TextNumber.TryInt(line[(open + 1)..(at - 1)], out int number))
            return false;
        cpu = number;
        at = BlanksBack(line, open);
        return true;
    }

    static bool EndsWithIds(ReadOnlySpan<byte> line, int at) => TryIds(line, ref at, out _, out _);

    // 25868/25971    25971    -1    -1/-1
    static bool TryIds(ReadOnlySpan<byte> line, ref int at, out int? pid, out int? tid)
    {
        pid = tid = null;
        if (!TryNumberBack(line, at, out int last, out int start))
            return false;
        if (start > 1 && line[start - 1] == '/' && TryNumberBack(line, start - 1, out int first, out int firstStart) && IsBoundary(line, firstStart))
        {
            pid = first;
            tid = last;
            at = firstStart;
            return true;
        }
        if (!IsBoundary(line, start))
            return false;
        tid = last;
        at = start;
        return true;
    }

    static bool IsBoundary(ReadOnlySpan<byte> line, int start) => start == 0 || line[start - 1] == ' ';

    static bool TryNumberBack(ReadOnlySpan<byte> line, int end, out int number, out int start)
    {
        start = end;
        while (start > 0 && TextNumber.IsDigit(line[start - 1]))
            start--;
        number = 0;
        if (start == end)
            return false;
        if (!TextNumber.TryInt(line[start..end], out number))
            return false;
        // Of a task that had exited; no other number is negative.
        if (start > 0 && line[start - 1] == '-' && number == 1)
        {
            start--;
            number = -1;
        }
        return true;
    }

    // -F misc: letters out of KUHGgMESp, padded to the right
    static bool TrySkipMode(ReadOnlySpan<byte> line, int at, out int before)
    {
        before = at;
        while (before > 0 && at - before < 7 && char.IsAsciiLetter((char)line[before - 1]))
            before--;
        int letters = at - before;
        bool isMode = letters is > 0 and < 7 && before > 0 && line[before - 1] == ' ';
        before = BlanksBack(line, before);
        return isMode;
    }

    // -F tod: 2026-11-23 03:36:39.007448 or, with --ns, 2026-11-23 03:36:39.007448123
    static int SkipDate(ReadOnlySpan<byte> line, int at)
    {
        int digits = at > 10 && line[at - 10] == '.' ? 9 : 6;
        int seconds = at - digits - 1;
        const int Before = 19;
        if (seconds < Before || line[seconds] != '.' || line[seconds - 3] != ':' || line[seconds - 6] != ':' || line[seconds - 9] != ' ' || line[seconds - 12] != '-')
            return at;
        return BlanksBack(line, seconds - Before);
    }

    static int BlanksBack(ReadOnlySpan<byte> line, int at)
    {
        while (at > 0 && line[at - 1] == ' ')
            at--;
        return at;
    }
}
