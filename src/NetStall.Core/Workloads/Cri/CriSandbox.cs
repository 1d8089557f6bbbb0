// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Workloads.Cri;

/// <summary>A pod's sandbox as its runtime lists it.</summary>
/// <param name="Id">Of the sandbox, which has a cgroup like a container.</param>
/// <param name="Pod">Namespace and name.</param>
/// <param name="Uid">The pod's; null when it is none that we know.</param>
public sealed record CriSandbox(ContainerId Id, PodName Pod, PodUid? Uid);
