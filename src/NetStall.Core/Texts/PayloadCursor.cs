// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Texts;

/// <summary>Walks over what a tracepoint printed, in the order in which it printed it. A step that fails moves nothing.</summary>
ref struct PayloadCursor(ReadOnlySpan<byte> text)
{
    // comm is 15 bytes in every tracepoint; twice that for kernels that may widen it.
    const int LongestComm = 32;

    readonly ReadOnlySpan<byte> _text = text;

    public int Position { get; private set; }

    public readonly ReadOnlySpan<byte> Rest => _text[Position..];

    public bool Skip(ReadOnlySpan<byte> literal)
    {
        if (!Rest.StartsWith(literal))
            return false;
        Position += literal.Length;
        return true;
    }

    public void SkipBlanks()
    {
        while (Position < _text.Length && _text[Position] == ' ')
            Position++;
    }

    public bool TryInt(out int value)
    {
        var rest = Rest;
        int sign = rest is [(byte)'-', ..] ? 1 : 0;
        int length = sign + TextNumber.CountDigits(rest[sign..]);
        if (!TextNumber.TryInt(rest[..length], out value))
            return false;
        Position += length;
        return true;
    }

    /// <summary>Everything up to a blank or the end; false when that is nothing.</summary>
    public bool TryWord(out ReadOnlySpan<byte> word)
    {
        int end = Rest.IndexOf((byte)' ');
        word = end < 0 ? Rest : Rest[..end];
        Position += word.Length;
        return word.Length > 0;
    }

    // A comm may hold any byte, so ` prev_pid=` too. It ends where all of this follows, which does not fit into 15 bytes:
    //
    //     prev_comm=a prev_pid=1 prev_pid=77 prev_prio=120 prev_state=S
    //                           ^^^^^^^^^^^^^^^^^^^^^^
    public bool TryComm(ReadOnlySpan<byte> pidKey, ReadOnlySpan<byte> nextKey, out ReadOnlySpan<byte> comm, out int pid)
    {
        var rest = Rest;
        for (int at = 0; at <= LongestComm; at++)
        {
            int found = rest[at..].IndexOf(pidKey);
            if (found < 0 || (at += found) > LongestComm)
                break;
            var ahead = new PayloadCursor(rest[(at + pidKey.Length)..]);
            if (!ahead.TryInt(out pid) || !ahead.Rest.StartsWith(nextKey))
                continue;
            comm = rest[..at];
            Position += at + pidKey.Length + ahead.Position;
            return true;
        }
        comm = default;
        pid = 0;
        return false;
    }
}
