// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Recordings;

/// <summary>cgroup ids and their paths, as PERF_RECORD_CGROUP told. An id is never used for two folders while the kernel runs.</summary>
public sealed class CgroupDirectory
{
    readonly Dictionary<CgroupId, string> _paths = [];

    public void OnCgroup(CgroupId id, string path) => _paths[id] = path;

    public string? PathOf(CgroupId id) => _paths.GetValueOrDefault(id);
}
