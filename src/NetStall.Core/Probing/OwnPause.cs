// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Probing;

/// <summary>A stretch in which the prober's own machine did not do what was due: a thread woke late, or a packet to itself did not arrive.</summary>
/// <param name="Cpu">Of a control thread; null for the thread that sends the probes.</param>
public readonly record struct OwnPause(KernelTime Begin, KernelTime End, CpuId? Cpu)
{
    public Elapsed Length => End - Begin;
}
