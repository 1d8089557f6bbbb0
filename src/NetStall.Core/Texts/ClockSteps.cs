// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Texts;

/// <summary>Watches whether the times of each CPU go on, as they do unless they were printed as differences.</summary>
sealed class ClockSteps
{
    const int MostCpus = 8192;

    long[] _last = new long[64];
    long _times;

    public long StepsBack { get; private set; }

    /// <summary>Too often to be a clock that was set or two texts in one.</summary>
    public bool LooksRelative => StepsBack > 10 && StepsBack > _times / 10;

    public void OnTime(CpuId cpu, KernelTime time)
    {
        int index = cpu.Value + 1;
        if ((uint)index >= MostCpus)
            return;
        if (index >= _last.Length)
            Array.Resize(ref _last, MostCpus);
        _times++;
        if (time.Nanoseconds < _last[index])
            StepsBack++;
        _last[index] = time.Nanoseconds;
    }
}
