// SPDX-License-Identifier: Apache-2.0
using System.Text;
using CsCheck;
using NetStall.Model;
using NetStall.Recordings;
using NetStall.Workloads;
using Xunit;

namespace NetStall.Tests.Workloads;

public class CgroupMapTextTests
{
    const string Container = "18e485ea2d3718e485ea2d3718e485ea2d3718e485ea2d3718e485ea2d3718e4";

    [Fact]
    public void A_map_is_written_as_the_document_has_it()
    {
        Assert.True(ContainerId.TryParse(Container, out var container));
        Assert.True(PodUid.TryParse("7c97d8f2-e047-4a92-8e5e-af66f33d81cf", out var pod));
        var map = new CgroupMapText();
        map.Add(new CgroupId(365), "/kubepods/a b");
        map.Add(new Pid(8774), "/kubepods/c");
        map.Add(container, new PodName("demo-ns", "staller", "app"));
        map.Add(container, new PodName("demo-ns", "staller", null));
        map.Add(pod, new PodName("demo-ns", "staller", "app"));

        Assert.Equal(
            $"""
            365 /kubepods/a b
            pid:8774 /kubepods/c
            container:{Container} demo-ns/staller/app
            container:{Container} demo-ns/staller
            pod:7c97d8f2-e047-4a92-8e5e-af66f33d81cf demo-ns/staller

            """, Encoding.UTF8.GetString(map.ToUtf8()));
    }

    // Containers with rights over cgroups name folders as they like.
    [Fact]
    public void Whatever_a_name_is_what_is_written_is_read_back_and_says_nothing_else() => Gen.String[Gen.OneOf(Gen.Char, Gen.Char["/\n\r \t#:\ud800"]), 0, 12].Sample(name =>
    {
        Assert.True(ContainerId.TryParse(Container, out var container));
        var text = new CgroupMapText();
        text.Add(new CgroupId(5), "/" + name);
        text.Add(new Pid(7), "/" + name);
        text.Add(container, new PodName(name, name, name));
        var flaws = new FlawList();
        var map = CgroupMap.Parse(text.ToUtf8(), flaws);

        return flaws.Count == 0 && map.PathOf(new CgroupId(5)) is var path && (path is null || path == "/" + name)
            && map.PathOf(new Pid(7)) == path && map.NamesOf(container) is var names && (names is null || names == new PodName(name, name, name));
    });
}
