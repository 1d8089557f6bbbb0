// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Linux.Lab.Stalls;

/// <summary>How much work makes a stall of some length, as the last one told.</summary>
/// <param name="least">Pieces of work that a stall has at least.</param>
/// <param name="most">And at most, so that nothing grows without bounds.</param>
sealed class Pace(int least, int most)
{
    long _pieces = 1, _nanoseconds = 1;

    /// <summary>So many took so long.</summary>
    public StallShot Learn(int pieces, StallShot shot)
    {
        _pieces = pieces;
        _nanoseconds = Math.Max(1, shot.Length.Nanoseconds);
        return shot;
    }

    public int For(Elapsed length) => (int)Math.Clamp(length.Nanoseconds * _pieces / _nanoseconds, least, most);
}
