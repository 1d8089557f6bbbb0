// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Linux.Lab;

/// <summary>What one experiment did, as far as the lab itself knows it. The recording is told by itself.</summary>
/// <param name="Stalls">In order, each with the steal of its CPU since the one before.</param>
/// <param name="Innocents">Threads of the lab's own beside the culprit.</param>
public sealed record Experiment(
    LabKind Kind, Steering Steering, CpuId Cpu, KernelBehaviour Kernel, IReadOnlyList<(Truth Truth, Elapsed Steal)> Stalls, IReadOnlyList<Packet> Packets,
    IReadOnlySet<Tid> Innocents);
