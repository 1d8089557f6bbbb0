// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Waits;

/// <summary>The recorder's rounds, and the CPUs that have found a wait and await what later rounds tell of it. The others cost nothing.</summary>
sealed class Rounds
{
    readonly List<CpuTimeline> _awaiting = [];

    /// <summary>How many are over.</summary>
    public int Over { get; private set; }

    /// <summary>The CPU has found a wait; to be said once until it has none any more.</summary>
    public void Await(CpuTimeline cpu) => _awaiting.Add(cpu);

    public void Finish()
    {
        Over++;
        _awaiting.RemoveAll(static cpu => !cpu.OnRoundFinished());
    }
}
