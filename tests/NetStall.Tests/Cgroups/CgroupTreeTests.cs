// SPDX-License-Identifier: Apache-2.0
using NetStall.Linux.Cgroups;
using NetStall.Model;
using Xunit;

namespace NetStall.Tests.Cgroups;

/// <summary>A tree of plain folders serves: an id is an inode anywhere. It cannot be asked by handle, so all of it is looked through.</summary>
public sealed class CgroupTreeTests : IDisposable
{
    readonly string _root = Directory.CreateTempSubdirectory("netstall-").FullName;

    public CgroupTreeTests() => Directory.CreateDirectory(Path.Combine(_root, "kubepods", "burstable"));

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Every_folder_has_an_id_and_its_path_below_the_mount()
    {
        using var tree = new CgroupTree(_root + "/");
        var groups = tree.Walk().ToList();

        Assert.Equal(["/", "/kubepods", "/kubepods/burstable"], groups.Select(g => g.Path).Order(StringComparer.Ordinal));
        Assert.Equal(3, groups.Select(g => g.Id).Distinct().Count());
        Assert.All(groups, g => Assert.Equal(g.Path, tree.PathOf(g.Id)));
    }

    [Fact]
    public void What_was_found_once_is_known_when_it_is_gone()
    {
        using var tree = new CgroupTree(_root);
        var id = tree.Walk().Single(g => g.Path == "/kubepods/burstable").Id;
        Assert.Equal("/kubepods/burstable", tree.PathOf(id));
        Directory.Delete(Path.Combine(_root, "kubepods", "burstable"));

        Assert.Equal("/kubepods/burstable", tree.PathOf(id));
        Assert.Null(tree.PathOf(new CgroupId(ulong.MaxValue)));
    }

    [Fact]
    public void A_mount_that_is_not_there_is_empty()
    {
        using var tree = new CgroupTree(Path.Combine(_root, "nowhere"));

        Assert.Empty(tree.Walk());
        Assert.Null(tree.PathOf(new CgroupId(1)));
    }
}
