// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Recordings;

/// <summary>Which event kinds a recording can tell of.</summary>
public sealed class RecordedKinds
{
    ulong _bits;

    public void Add(EventKind kind) => _bits |= 1ul << (int)kind;
    public void Remove(EventKind kind) => _bits &= ~(1ul << (int)kind);
    public bool Has(EventKind kind) => (_bits & (1ul << (int)kind)) != 0;

    /// <summary>Whether both tell of some same kind. That records were lost, or a sampler stopped, is each recording's own.</summary>
    public bool Overlaps(RecordedKinds other) => (_bits & other._bits & ~OfTheRecorder) != 0;

    const ulong OfTheRecorder = 1ul << (int)EventKind.Lost | 1ul << (int)EventKind.Throttle | 1ul << (int)EventKind.Unthrottle;

    /// <summary>Switches or idle states: whether a CPU idled. Some machines' timers take no samples in idle.</summary>
    public bool TellIdle => Has(EventKind.SchedSwitch) || Has(EventKind.CpuIdle);

    /// <summary>Raise and entry: what an exact wait needs.</summary>
    public bool TellWaits => Has(EventKind.SoftirqRaise) && Has(EventKind.SoftirqEntry);
}
