// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Waits;

namespace NetStall.Verdicts;

/// <summary>The waits whose begin and end were seen. A silence inside one of them is part of it, and no second stall.</summary>
sealed class MeasuredWaits
{
    // Each with the latest end of all that begin no later: where that is too early, no one before it reaches further.
    sealed class OfCpu
    {
        public readonly List<Wait> Waits = [];
        public readonly List<KernelTime> LatestEnd = [];

        public void Order()
        {
            Waits.Sort((a, b) => a.Begin.CompareTo(b.Begin));
            var latest = new KernelTime(long.MinValue);
            foreach (var wait in Waits)
                LatestEnd.Add(latest = KernelTime.Max(latest, wait.End));
        }
    }

    readonly Dictionary<CpuId, OfCpu> _cpus = [];

    /// <summary>All must be added before the first question.</summary>
    public void Add(Wait wait)
    {
        if (!_cpus.TryGetValue(wait.Cpu, out var cpu))
            _cpus.Add(wait.Cpu, cpu = new OfCpu());
        cpu.Waits.Add(wait);
    }

    /// <summary>Whether one of them covers half of the silence or more.</summary>
    public bool Cover(Wait silence)
    {
        if (!_cpus.TryGetValue(silence.Cpu, out var cpu))
            return false;
        if (cpu.LatestEnd.Count == 0)
            cpu.Order();

        int low = 0, high = cpu.Waits.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (cpu.Waits[middle].Begin < silence.End)
                low = middle + 1;
            else
                high = middle;
        }
        for (int i = low - 1; i >= 0 && cpu.LatestEnd[i] > silence.Begin; i--)
        {
            var begin = KernelTime.Max(cpu.Waits[i].Begin, silence.Begin);
            var end = KernelTime.Min(cpu.Waits[i].End, silence.End);
            if ((end - begin).Nanoseconds * 2 >= silence.Length.Nanoseconds)
                return true;
        }
        return false;
    }
}
