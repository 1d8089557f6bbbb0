// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Workloads;

/// <summary>What people call a container: its pod's namespace and name, and its own name in the pod.</summary>
/// <param name="Namespace">The pod's namespace.</param>
/// <param name="Name">The pod's name.</param>
/// <param name="Container">The container's name; null for the pod as a whole and for its sandbox.</param>
public sealed record PodName(string Namespace, string Name, string? Container)
{
    public override string ToString() => Container is null ? $"{Namespace}/{Name}" : $"{Namespace}/{Name}/{Container}";
}
