// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Simulation;

/// <summary>What one CPU has counted.</summary>
public sealed class CpuCounters
{
    readonly long[] _time = new long[CpuTimes.Count];
    readonly long[] _softirqs = new long[SoftirqVectors.Count];
    readonly long[] _wakes = new long[5];

    public Elapsed Of(CpuTime use) => new(_time[(int)use]);

    /// <summary>/proc/softirqs.</summary>
    public long Softirqs(SoftirqVector vector) => _softirqs[(int)vector];

    /// <summary>How often ksoftirqd was woken, and why.</summary>
    public long KsoftirqdWakes(KsoftirqdReason reason) => _wakes[(int)reason];

    /// <summary>softnet_stat: processed, dropped, time_squeeze, received_rps, flow_limit.</summary>
    public long Processed { get; internal set; }
    public long Dropped { get; internal set; }
    public long TimeSqueeze { get; internal set; }
    public long ReceivedRps { get; internal set; }
    public long FlowLimited { get; internal set; }

    public long Interrupts { get; internal set; }
    public long Ticks { get; internal set; }
    public long Switches { get; internal set; }

    /// <summary>All polls, and those that used up their budget.</summary>
    public long Polls { get; internal set; }
    public long FullPolls { get; internal set; }
    public long PolledPackets { get; internal set; }

    internal void Spend(CpuTime use, long nanoseconds) => _time[(int)use] += nanoseconds;
    internal void Count(SoftirqVector vector) => _softirqs[(int)vector]++;
    internal void Count(KsoftirqdReason reason) => _wakes[(int)reason]++;

    internal long Total
    {
        get
        {
            long sum = 0;
            foreach (long time in _time)
                sum += time;
            return sum;
        }
    }
}

/// <summary>Why ksoftirqd was woken.</summary>
public enum KsoftirqdReason
{
    /// <summary>A pass ended with something pending, and another task was to have the CPU.</summary>
    NeedResched,

    /// <summary>… and two milliseconds were over, counted in ticks.</summary>
    Time,

    /// <summary>… and ten passes were over.</summary>
    Passes,

    /// <summary>Raised by a task with bottom halves on.</summary>
    TaskRaise,

    /// <summary>Raised by an interrupt, where softirqs run in threads only.</summary>
    InterruptRaise,
}
