// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Probing;

/// <summary>One probe and what became of it.</summary>
/// <param name="Flow">From 0. Probes of one flow take the same way through the peer's receive queues, as far as the transport can see to it.</param>
/// <param name="Sequence">Counts the probes of all flows in the order of their sending.</param>
/// <param name="Sent">When it left: the kernel's stamp where there is one.</param>
/// <param name="Received">When its answer came: the kernel's stamp where there is one. Null: none came in time, it is lost.</param>
public readonly record struct ProbeAnswer(int Flow, long Sequence, KernelTime Sent, KernelTime? Received)
{
    public bool IsLost => Received is null;
}
