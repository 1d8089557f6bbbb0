// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Workloads;

/// <summary>Who made a container, when its cgroup's name tells.</summary>
public enum ContainerRuntime
{
    /// <summary>Not told: with the kubelet's cgroupfs driver the folder is the bare id.</summary>
    Unknown,
    Containerd,
    CriO,
    Docker,
    Podman,
}

public static class ContainerRuntimes
{
    /// <summary>The project's own spelling; null for <see cref="ContainerRuntime.Unknown"/>.</summary>
    public static string? Name(this ContainerRuntime runtime) => runtime switch
    {
        ContainerRuntime.Containerd => "containerd",
        ContainerRuntime.CriO => "cri-o",
        ContainerRuntime.Docker => "docker",
        ContainerRuntime.Podman => "podman",
        _ => null,
    };

    // What runtimes write before the id: cri-containerd-<id>.scope, kubepods-….slice:cri-containerd:<id>.
    // Not here: crio-conmon and libpod-conmon, which watch over a container from outside and are none.
    internal static ContainerRuntime? OfPrefix(ReadOnlySpan<char> prefix) => prefix switch
    {
        "cri-containerd" or "nerdctl" => ContainerRuntime.Containerd,
        "crio" => ContainerRuntime.CriO,
        "docker" => ContainerRuntime.Docker,
        "libpod" or "libpod-payload" => ContainerRuntime.Podman,
        _ => null,
    };
}
