// SPDX-License-Identifier: Apache-2.0
using NetStall.Linux.Cgroups;
using Xunit;

namespace NetStall.Tests.Cgroups;

public class CgroupMountTests
{
    const string V1 = "34 31 0:28 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n";
    const string V2 = "40 31 0:34 / /sys/fs/cgroup/unified rw,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate\n";
    const string Perf = "41 31 0:35 / /sys/fs/cgroup/perf_event rw,relatime shared:10 - cgroup cgroup rw,perf_event\n";

    static string? Ids(string table) => CgroupMount.OfIds(CgroupMount.Parse(table))?.Path;

    [Fact]
    public void Mounts_of_cgroups_are_found_among_all() => Assert.Equal(
        ["/sys/fs/cgroup/memory v1", "/sys/fs/cgroup/unified v2"],
        CgroupMount.Parse($"22 1 8:1 / / rw - ext4 /dev/sda1 rw\n{V1}\n23 22 0:5 / /proc rw - proc proc rw\nnonsense - \n{V2}").Select(m => $"{m.Path} {(m.IsV2 ? "v2" : "v1")}"));

    [Fact]
    public void Ids_are_those_of_v2() => Assert.Equal("/sys/fs/cgroup/unified", Ids(V1 + V2));

    [Fact]
    public void Ids_are_those_of_perf_s_own_hierarchy_where_it_has_one() => Assert.Equal("/sys/fs/cgroup/perf_event", Ids(V1 + V2 + Perf));

    [Fact]
    public void Without_either_there_are_no_ids() => Assert.Null(Ids(V1));

    [Fact]
    public void A_blank_in_a_path_is_written_as_a_number() =>
        Assert.Equal(@"/mnt/a b\c", Ids(@"40 31 0:34 / /mnt/a\040b\134c rw - cgroup2 cgroup2 rw"));

    [Fact]
    public void A_process_is_in_one_cgroup_of_each_hierarchy() => Assert.Equal(
        ["/kubepods/pod1/a:b", "/kubepods/pod1"],
        ProcessCgroups.Parse("4:memory:/kubepods/pod1/a:b\n3:cpuset:/\n1:cpu,cpuacct:/kubepods/pod1/a:b\n0::/kubepods/pod1\nnonsense\n"));
}
