// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Workloads;

/// <summary>Whose process it is, as far as its cgroup's path tells. What it does not tell is null, never guessed.</summary>
/// <param name="CgroupPath">The path as it was given. Any text: a container with rights over cgroups names folders as it likes.</param>
/// <param name="Container">The container as its runtime numbers it; of a pod's sandbox, the sandbox.</param>
/// <param name="Runtime">Who made the container.</param>
/// <param name="Pod">The pod.</param>
/// <param name="Qos">The pod's class; also known of folders between the root and the pods.</param>
/// <param name="Unit">
/// systemd's unit outside of containers, spelled as systemctl takes it (<c>\x2d</c> and all): a service or scope, else the slice.
/// </param>
public sealed record Workload(
    string CgroupPath, ContainerId? Container = null, ContainerRuntime Runtime = ContainerRuntime.Unknown,
    PodUid? Pod = null, QosClass? Qos = null, string? Unit = null)
{
    // What /proc/PID/cgroup adds for a task whose cgroup was removed under it (a zombie's, mostly).
    const string Deleted = " (deleted)";

    /// <summary>Reads a path of /proc/PID/cgroup or below a cgroup mount; null for the root and where nothing is told.</summary>
    /// <remarks>
    /// Takes cgroup v1 and v2, the kubelet's cgroupfs and systemd drivers, absolute paths and those relative to a cgroup namespace.
    /// Never throws; takes time in proportion to the path.
    /// </remarks>
    public static Workload? FromCgroupPath(string path) => Read(path, path);

    /// <inheritdoc cref="FromCgroupPath(string)"/>
    public static Workload? FromCgroupPath(ReadOnlySpan<char> path) => Read(path, null);

    // From the root downwards, and the first pod counts, with the first container below it; without a pod, the first container:
    //
    //     /kubepods/burstable/pod1111…/aaaa…/docker/bbbb…          pod 1111, container aaaa, which runs a docker of its own
    //     /docker/cccc…/kubelet/kubepods/pod2222…/dddd…/init       pod 2222, container dddd, on a kind node that is container cccc
    //     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    // From the leaf upwards would be shorter, but what stands below a container's folder is that container's own word:
    // it could name any other pod there.
    static Workload? Read(ReadOnlySpan<char> path, string? whole)
    {
        var rest = path.EndsWith(Deleted) ? path[..^Deleted.Length] : path;
        CgroupFolder container = default, kubernetes = default;
        ReadOnlySpan<char> parent = default, slice = default, unit = default;
        bool onlySlicesSoFar = true, isUsersOwn = false;

        while (TakeFirst(ref rest) is { IsEmpty: false } name)
        {
            var folder = CgroupFolder.Read(name, parent);
            parent = name;

            bool isInPodsContainer = kubernetes.IsKubernetes && container.Container is not null;
            if (folder.IsKubernetes && kubernetes.Pod is null && !isInPodsContainer && !isUsersOwn)
            {
                // A container above the kubelet's folders is the node itself, as kind makes nodes.
                container = default;
                kubernetes = folder with { Qos = folder.Qos ?? kubernetes.Qos };
            }
            if (folder.Container is not null && container.Container is null)
                container = folder;

            if (onlySlicesSoFar && UnitName.IsSlice(name))
                slice = name;
            else if (onlySlicesSoFar)
            {
                onlySlicesSoFar = false;
                unit = UnitName.HoldsProcesses(name) ? UnitName.OfFolder(name) : default;
                isUsersOwn = UnitName.IsUserManager(unit);
            }
        }

        if (container.Container is not null)
            unit = default;
        else if (unit.IsEmpty && !kubernetes.IsKubernetes)
            unit = UnitName.OfFolder(slice);

        if (container.Container is null && !kubernetes.IsKubernetes && unit.IsEmpty)
            return null;
        return new Workload(
            whole ?? path.ToString(), container.Container, container.Runtime, kubernetes.Pod, kubernetes.Qos,
            unit.IsEmpty ? null : unit.ToString());
    }

    // In a cgroup namespace of its own, the reader sees others relative to itself: /../../kubepods-besteffort.slice/…
    static ReadOnlySpan<char> TakeFirst(scoped ref ReadOnlySpan<char> rest)
    {
        ReadOnlySpan<char> name;
        do
        {
            rest = rest.TrimStart('/');
            int end = rest.IndexOf('/');
            name = end < 0 ? rest : rest[..end];
            rest = rest[name.Length..];
        }
        while (name is "." or "..");
        return name;
    }
}
