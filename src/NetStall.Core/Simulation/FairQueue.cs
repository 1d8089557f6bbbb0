// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Simulation;

/// <summary>Entities that share a CPU, or a group's part of it. Few, so they are walked through.</summary>
sealed class FairQueue
{
    /// <summary>All that are runnable, the current one among them.</summary>
    public List<FairEntity> Entities { get; } = [];

    /// <summary>The one that has the CPU, or that has the one that has it.</summary>
    public FairEntity? Current { get; set; }

    /// <summary>Never goes back.</summary>
    public long MinVruntime { get; private set; }

    public long Weight
    {
        get
        {
            long sum = 0;
            foreach (var entity in Entities)
                sum += entity.Weight;
            return sum;
        }
    }

    public void UpdateMin()
    {
        if (Entities.Count == 0)
            return;
        long min = long.MaxValue;
        foreach (var entity in Entities)
            min = Math.Min(min, entity.Vruntime);
        MinVruntime = Math.Max(MinVruntime, min);
    }
}
