// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Recordings;

namespace NetStall.Workloads;

/// <summary>What a node said about its cgroups, so that a recording can be judged elsewhere. docs/cgroup-map.md has the format.</summary>
public sealed class CgroupMap
{
    readonly Dictionary<CgroupId, string> _paths;
    readonly Dictionary<Pid, string?> _pathsOfPids;
    readonly Dictionary<ContainerId, PodName> _containers;
    readonly Dictionary<PodUid, PodName> _pods;

    internal CgroupMap(
        Dictionary<CgroupId, string> paths, Dictionary<Pid, string?> pathsOfPids,
        Dictionary<ContainerId, PodName> containers, Dictionary<PodUid, PodName> pods)
    {
        _paths = paths;
        _pathsOfPids = pathsOfPids;
        _containers = containers;
        _pods = pods;
    }

    /// <summary>A map that knows nothing.</summary>
    public static CgroupMap Empty { get; } = new([], [], [], []);

    public bool IsEmpty => _paths.Count + _pathsOfPids.Count + _containers.Count + _pods.Count == 0;

    /// <summary>Reads a whole map. A line that cannot be read costs that line and leaves a flaw.</summary>
    public static CgroupMap Parse(ReadOnlySpan<byte> text, FlawList flaws) => new CgroupMapParser(flaws).Parse(text);

    /// <summary>The path of a cgroup below its mount; null when the map does not have it.</summary>
    public string? PathOf(CgroupId cgroup) => _paths.GetValueOrDefault(cgroup);

    /// <summary>The path of a process; null when the map does not have it, or has two that name different workloads.</summary>
    public string? PathOf(Pid pid) => _pathsOfPids.GetValueOrDefault(pid);

    public PodName? NamesOf(ContainerId container) => _containers.GetValueOrDefault(container);

    /// <summary>The pod's names, without a container's.</summary>
    public PodName? NamesOf(PodUid pod) => _pods.GetValueOrDefault(pod);
}
