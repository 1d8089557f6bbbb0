// SPDX-License-Identifier: Apache-2.0
using NetStall.Linux.Files;
using NetStall.Workloads;
using NetStall.Workloads.Cri;

namespace NetStall.Linux.Containers;

/// <summary>Names of containers and pods, as the node's container runtime tells them through its CRI socket.</summary>
static class RuntimeNames
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    // containerd's and CRI-O's own places; then those of k3s, k0s, microk8s and of dockershim's heir.
    static readonly string[] Sockets =
    [
        "/run/containerd/containerd.sock", "/run/crio/crio.sock", "/run/k3s/containerd/containerd.sock", "/run/k0s/containerd.sock",
        "/var/snap/microk8s/common/run/containerd.sock", "/run/cri-dockerd.sock",
    ];

    /// <summary>Asks those that are there until one tells of containers.</summary>
    /// <param name="text">Takes the names.</param>
    /// <param name="notes">Takes a sentence for each that could not be asked.</param>
    /// <returns>Whether one told.</returns>
    public static bool AddTo(CgroupMapText text, List<string> notes) => AddTo(text, notes, Sockets.Where(FileKind.IsSocket), Patience);

    internal static bool AddTo(CgroupMapText text, List<string> notes, IEnumerable<string> sockets, TimeSpan patience)
    {
        foreach (string socket in sockets)
        {
            try
            {
                using var client = new CriClient(socket);
                using var late = new CancellationTokenSource(patience);
                // Nothing above waits asynchronously, and no context is there that could wait for us.
                var (sandboxes, containers) = client.ListAsync(late.Token).GetAwaiter().GetResult();
                Add(text, sandboxes, containers);
                if (sandboxes.Count + containers.Count > 0)
                    return true;
            }
            catch (OperationCanceledException)
            {
                notes.Add(FormattableString.Invariant($"The container runtime behind {socket} did not answer within {patience.TotalSeconds:0.#} s, so its containers have no names."));
            }
            catch (Exception e) when (e is HttpRequestException or IOException or InvalidDataException)
            {
                notes.Add($"The container runtime behind {socket} did not tell its containers' names: {e.Message.TrimEnd('.')}.");
            }
        }
        return false;
    }

    internal static void Add(CgroupMapText text, IReadOnlyList<CriSandbox> sandboxes, IReadOnlyList<CriContainer> containers)
    {
        var pods = new Dictionary<ContainerId, PodName>();
        foreach (var sandbox in sandboxes)
        {
            pods[sandbox.Id] = sandbox.Pod;
            // The sandbox's own process is a container to the kernel.
            text.Add(sandbox.Id, sandbox.Pod);
            if (sandbox.Uid is { } uid)
                text.Add(uid, sandbox.Pod);
        }
        foreach (var container in containers)
        {
            // The label is the kubelet's word, as the sandbox's name is; a container that outlived its sandbox has the label only.
            var pod = container.Sandbox is { } id && pods.TryGetValue(id, out var known) ? known : container.Pod;
            if (pod is not null && container.Name is not null)
                text.Add(container.Id, pod with { Container = container.Name });
        }
    }
}
