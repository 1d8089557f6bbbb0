// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Workloads.Cri;

/// <summary>A container as its runtime lists it.</summary>
/// <param name="Id">Its own.</param>
/// <param name="Sandbox">That of the sandbox it runs in; null when not told.</param>
/// <param name="Name">Its name in the pod.</param>
/// <param name="Pod">As its labels name it, which the kubelet writes; null without.</param>
public sealed record CriContainer(ContainerId Id, ContainerId? Sandbox, string? Name, PodName? Pod);
