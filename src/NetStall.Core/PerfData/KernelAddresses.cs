// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.PerfData;

/// <summary>Gathers the kernel's addresses in the call chains that pass by.</summary>
public sealed class KernelAddresses : IEventSink
{
    readonly HashSet<ulong> _seen = [];

    public IReadOnlyCollection<ulong> Seen => _seen;

    public void Accept(in KernelEvent e, ReadOnlySpan<ulong> chain)
    {
        foreach (ulong address in chain)
        {
            // Kernels live in the upper half everywhere that perf runs.
            if (address >> 63 != 0 && !ChainMarker.IsMarker(address))
                _seen.Add(address);
        }
    }

    public void RoundFinished()
    {
    }
}
