// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Texts;

// A comm may hold newlines, and both perf and the kernel print them as they are:
//
//               nl
//     inside 25451 [001]  2575.189001: sched:sched_switch: prev_comm=nl
//     inside prev_pid=25451 prev_prio=120 …
//
/// <summary>Lines that may be the beginning of the next header's comm. Only the next header tells.</summary>
sealed class CommHead
{
    const int LongestComm = 15;

    /// <summary>No line that is longer can be held.</summary>
    public const int LongestLine = LongestComm - 1;

    readonly byte[] _bytes = new byte[LongestComm + 1];
    int _length;

    public bool IsEmpty => _length == 0;

    /// <summary>The line of the first byte held.</summary>
    public long Line { get; private set; }

    /// <summary>Keeps the line and the newline after it; false if no comm is that long.</summary>
    public bool TryHold(ReadOnlySpan<byte> line, long number)
    {
        // Left-padded to 16 columns where the event has no call chain.
        if (_length == 0)
            line = line.TrimStart((byte)' ');
        if (line.Length + 1 > LongestComm - _length)
            return false;
        if (_length == 0)
            Line = number;
        line.CopyTo(_bytes.AsSpan(_length));
        _length += line.Length;
        _bytes[_length++] = (byte)'\n';
        return true;
    }

    /// <summary>Writes what was held and the rest of the comm, and forgets it. False, and nothing written, if that is no comm.</summary>
    public bool TryJoin(ReadOnlySpan<byte> rest, Span<byte> comm, out int length)
    {
        rest = _length == 0 ? rest.Trim((byte)' ') : rest.TrimEnd((byte)' ');
        length = _length + rest.Length;
        bool fits = length <= LongestComm;
        if (fits)
        {
            _bytes.AsSpan(0, _length).CopyTo(comm);
            rest.CopyTo(comm[_length..]);
        }
        _length = 0;
        return fits;
    }

    public void Forget() => _length = 0;
}
