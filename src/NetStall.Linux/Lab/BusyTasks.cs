// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Linux.Lab;

/// <summary>Threads in user mode that never sleep: innocents beside the culprit. They keep the scheduler asking for the CPU.</summary>
sealed class BusyTasks : IDisposable
{
    readonly List<Thread> _threads = [];
    volatile bool _stop;

    BusyTasks(CpuId cpu, int count)
    {
        for (int i = 0; i < count; i++)
        {
            var thread = new Thread(() =>
            {
                CpuMask.Pin(default, cpu);
                while (!_stop)
                    Thread.SpinWait(1000);
            })
            { Name = "lab-busy", IsBackground = true };
            thread.Start();
            _threads.Add(thread);
        }
    }

    public static BusyTasks Start(CpuId cpu, int count) => new(cpu, count);

    public void Dispose()
    {
        _stop = true;
        foreach (var thread in _threads)
            thread.Join();
    }
}
