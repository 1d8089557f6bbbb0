// SPDX-License-Identifier: Apache-2.0
using NetStall.Workloads;

namespace NetStall.Linux.Containers;

/// <summary>Names of containers where no runtime tells them: the kubelet links each one's log as <c>POD_NAMESPACE_CONTAINER-ID.log</c>.</summary>
static class KubeletLogNames
{
    const string Folder = "/var/log/containers", Ending = ".log";

    public static void AddTo(CgroupMapText text)
    {
        if (!Directory.Exists(Folder))
            return;
        foreach (string file in Directory.EnumerateFiles(Folder, "*" + Ending))
        {
            if (TryParse(Path.GetFileName(file), out var id, out var name))
                text.Add(id, name!);
        }
    }

    // web-7d4f_demo-ns_app-18e485ea2d37….log
    internal static bool TryParse(string file, out ContainerId id, out PodName? name)
    {
        (id, name) = (default, null);
        if (!file.EndsWith(Ending, StringComparison.Ordinal))
            return false;
        string[] parts = file[..^Ending.Length].Split('_');
        int dash = parts is [_, _, var last] ? last.Length - ContainerId.Digits - 1 : -1;
        if (dash < 1 || parts[2][dash] != '-' || !ContainerId.TryParse(parts[2].AsSpan(dash + 1), out id))
            return false;
        name = new PodName(parts[1], parts[0], parts[2][..dash]);
        return true;
    }
}
