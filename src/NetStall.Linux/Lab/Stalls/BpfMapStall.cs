// SPDX-License-Identifier: Apache-2.0
using NetStall.Linux.Bpf;
using NetStall.Model;

namespace NetStall.Linux.Lab.Stalls;

/// <summary>BPF_MAP_CREATE of an array of many megabytes, which the kernel allocates and zeroes in one go: what tools on BPF do as they start.</summary>
sealed class BpfMapStall : IStall
{
    const int Shots = 5;
    const int EntrySize = 4096, PerMegabyte = (1 << 20) / EntrySize;

    /// <summary>Entries. A megabyte takes 0.1 to 0.3 ms, and 2.5 where a hypervisor has to find the memory first: hence no more.</summary>
    const int Least = 2 * PerMegabyte, Most = 40 * PerMegabyte;

    readonly OwnTime _time = new();
    readonly List<BpfMap> _maps = [];
    readonly Pace _pace = new(Least, Most);
    readonly Elapsed _length;

    public BpfMapStall(Elapsed length)
    {
        _length = length;
        AvailableMemory.Demand(Shots * Most * EntrySize);
    }

    public string Syscall => "bpf";

    public void WarmUp() => Measure(Least);

    public StallShot? Shoot() => Measure(_pace.For(_length));

    public void Dispose()
    {
        foreach (var map in _maps)
            map.Dispose();
        _time.Dispose();
    }

    // Kept until the end: one of the last one's pages would be there ten times as fast.
    StallShot Measure(int entries) => _pace.Learn(entries, _time.Measure(() => _maps.Add(BpfMap.OfBytes(entries, EntrySize))));
}
