// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Simulation;

/// <summary>What shares a CPU fairly with its like: a task, or a group with tasks of its own.</summary>
sealed class FairEntity(FairQueue queue, FairEntity? parent, long weight)
{
    public LiveTask? Task { get; init; }

    /// <summary>A group's own queue; null for a task.</summary>
    public FairQueue? Own { get; init; }

    public FairQueue Queue => queue;

    /// <summary>The group it belongs to; null in the root.</summary>
    public FairEntity? Parent => parent;
    public long Weight => weight;
    public bool IsQueued { get; set; }

    /// <summary>Time had, in nanoseconds of an entity of weight 1024. At first it is far behind: it has slept for long.</summary>
    public long Vruntime { get; set; } = long.MinValue / 4;
    public long Ran { get; set; }
    public long RanBefore { get; set; }

    /// <summary>EEVDF: until when, in virtual time, its slice goes.</summary>
    public long Deadline { get; set; }

    /// <summary>EEVDF: it has come onto the CPU and not used up its slice since.</summary>
    public bool IsProtected { get; set; }

    /// <summary>EEVDF: what it was owed when it left, and the queue's virtual time then.</summary>
    public long Lag { get; set; }
    public long LeftAt { get; set; }

    /// <summary>So much real time, in its virtual time.</summary>
    public long Scale(long nanoseconds) => weight == 1024 ? nanoseconds : nanoseconds * 1024 / weight;
}
