// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Simulation;

/// <summary>What a slot of the event queue stands for.</summary>
enum SlotKind : byte
{
    NmiSample,
    Arrival,
    QueueInterrupt,
    Watchdog,
    DeviceInterrupt,
    Ipi,
    Call,
    Hold,
    TaskTimer,
    FairServer,
    RealtimePeriod,
    StealReading,
    Tick,
    Sample,
    CpuStep,
}

/// <summary>Gives out the slots before the event queue is made.</summary>
sealed class SlotTable
{
    readonly List<(SlotKind Kind, int Index)> _slots = [];

    public int Count => _slots.Count;

    public int Add(SlotKind kind, int index)
    {
        _slots.Add((kind, index));
        return _slots.Count - 1;
    }

    public int Find(SlotKind kind) => _slots.FindIndex(s => s.Kind == kind);

    public (SlotKind Kind, int Index) this[int slot] => _slots[slot];

    /// <summary>At one moment: NMIs, then interrupts, then ticks, then what the CPUs do by themselves.</summary>
    public static int RankOf(SlotKind kind) => kind switch
    {
        SlotKind.NmiSample => 0,
        SlotKind.Tick or SlotKind.Sample => 2,
        SlotKind.CpuStep => 3,
        _ => 1,
    };
}
