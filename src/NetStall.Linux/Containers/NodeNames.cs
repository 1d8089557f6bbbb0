// SPDX-License-Identifier: Apache-2.0
using NetStall.Linux.Cgroups;
using NetStall.Workloads;

namespace NetStall.Linux.Containers;

/// <summary>What this node calls its cgroups, processes, containers and pods, as docs/cgroup-map.md has it.</summary>
/// <param name="Map">The map.</param>
/// <param name="Notes">What could not be asked, as sentences.</param>
public sealed record NodeNames(byte[] Map, IReadOnlyList<string> Notes)
{
    /// <summary>Of now. Takes some ten milliseconds, and up to two seconds where a container runtime does not answer.</summary>
    public static NodeNames Read()
    {
        var text = new CgroupMapText();
        var notes = new List<string>();
        using (var tree = CgroupTree.OfThisNode())
        {
            foreach (var (id, path) in tree?.Walk() ?? [])
                text.Add(id, path);
        }
        foreach (var pid in ProcessCgroups.All())
        {
            foreach (string path in ProcessCgroups.PathsOf(pid))
                text.Add(pid, path);
        }
        if (!RuntimeNames.AddTo(text, notes))
            KubeletLogNames.AddTo(text);
        return new NodeNames(text.ToUtf8(), notes);
    }
}
