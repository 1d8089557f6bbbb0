// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Linux.Lab;

/// <summary>One kind of stall, or of control, that the lab can make.</summary>
/// <param name="Name">As on the command line.</param>
/// <param name="Holds">What it keeps its CPU from doing.</param>
/// <param name="What">What is done, for people: <c>one setgroups() of 65,536 groups</c>.</param>
public sealed record LabKind(string Name, Holds Holds, string What)
{
    /// <summary>It makes stalls, or calls that look like some; else its whole time is one control.</summary>
    public bool Makes { get; init; } = true;

    /// <summary>Packets come as fast as one CPU can send them, not only the counted ones.</summary>
    public bool Flood { get; init; }

    /// <summary>
    /// So many tasks in user mode never sleep beside it: innocents, where it is not they who are to be found. The gate of 4.9 to 6.4 falls only where the
    /// scheduler wants the CPU for somebody.
    /// </summary>
    public int BusyTasks { get; init; } = 1;

    /// <summary>The one way of the packets for which it says anything; null for both.</summary>
    public Steering? Only { get; init; }
}
