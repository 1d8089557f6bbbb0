// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Simulation;

/// <summary>Is told of every packet's end, in order of time. For pictures and tests; nobody watches a run at line rate.</summary>
public interface IPacketWatch
{
    /// <param name="flow">Index in <see cref="Host.Arrivals"/>.</param>
    /// <param name="arrived">At the NIC, since the begin.</param>
    /// <param name="delivered">When the stack was done with it: it lies in its socket, or the answer is sent.</param>
    /// <param name="onCpuOf">The task that had the CPU then; the idle task is 0.</param>
    void OnDelivered(int flow, Elapsed arrived, Elapsed delivered, CpuId cpu, Tid onCpuOf);

    void OnDropped(int flow, Elapsed at, DropReason reason);
}
