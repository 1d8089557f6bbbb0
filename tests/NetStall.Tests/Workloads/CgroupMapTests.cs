// SPDX-License-Identifier: Apache-2.0
using System.Text;
using CsCheck;
using NetStall.Model;
using NetStall.Recordings;
using NetStall.Workloads;
using Xunit;

namespace NetStall.Tests.Workloads;

public class CgroupMapTests
{
    const string Id = "db150a1b6b2f4c3d8e5e0a1b2c3d4e5f60718293a4b5c6d7e8f90123456789ab";
    const string Uid = "7c97d8f2-e047-4a92-8e5e-af66f33d81cf";

    static CgroupMap Read(string text, params string[] flaws)
    {
        var found = new FlawList();
        var map = CgroupMap.Parse(Encoding.UTF8.GetBytes(text), found);
        Assert.Equal(flaws, found.First.Select(f => f.ToString()));
        return map;
    }

    static ContainerId Container(string text) => ContainerId.TryParse(text, out var id) ? id : throw new ArgumentException(text);
    static PodUid Pod(string text) => PodUid.TryParse(text, out var uid) ? uid : throw new ArgumentException(text);

    [Fact]
    public void Cgroups_processes_and_names_are_found_again()
    {
        var map = Read(
            $"""
            # node-17

            1 /
            365 /kubepods/pod{Uid}/{Id}
              366	/with a space # and more
            18446744073709551615 /last
            pid:8774 /system.slice/ssh.service
            container:{Id} demo-ns/staller/app
            pod:{Uid} demo-ns/staller
            """);

        Assert.Equal("/", map.PathOf(new CgroupId(1)));
        Assert.Equal($"/kubepods/pod{Uid}/{Id}", map.PathOf(new CgroupId(365)));
        Assert.Equal("/with a space # and more", map.PathOf(new CgroupId(366)));
        Assert.Equal("/last", map.PathOf(new CgroupId(ulong.MaxValue)));
        Assert.Equal("/system.slice/ssh.service", map.PathOf(new Pid(8774)));
        Assert.Equal(new PodName("demo-ns", "staller", "app"), map.NamesOf(Container(Id)));
        Assert.Equal("demo-ns/staller", map.NamesOf(Pod(Uid))?.ToString());
        Assert.False(map.IsEmpty);
    }

    [Fact]
    public void What_the_map_does_not_have_is_null()
    {
        var map = Read("");
        Assert.Null(map.PathOf(new CgroupId(1)));
        Assert.Null(map.PathOf(new Pid(1)));
        Assert.Null(map.NamesOf(Container(Id)));
        Assert.Null(map.NamesOf(Pod(Uid)));
        Assert.True(map.IsEmpty);
    }

    [Fact]
    public void A_file_from_windows_reads_the_same() =>
        Assert.Equal("/a", Read("\uFEFF# made elsewhere\r\n7 /a\r\n").PathOf(new CgroupId(7)));

    [Theory]
    [InlineData("x /a", "line 1, column 1: expected a cgroup id, pid:, container:, pod: or #, found `x`; this line is left out")]
    [InlineData("12x /a", "line 1, column 1: expected a cgroup id, pid:, container:, pod: or #, found `12x`; this line is left out")]
    [InlineData("-1 /a", "line 1, column 1: expected a cgroup id, pid:, container:, pod: or #, found `-1`; this line is left out")]
    [InlineData("18446744073709551616 /a",
        "line 1, column 1: expected a cgroup id, pid:, container:, pod: or #, found `18446744073709551616`; this line is left out")]
    [InlineData("12", "line 1, column 3: expected a path that begins with /, found nothing; this line is left out")]
    [InlineData("12  a/b", "line 1, column 5: expected a path that begins with /, found `a/b`; this line is left out")]
    [InlineData("pid: /a", "line 1, column 5: expected a process id, found nothing; this line is left out")]
    [InlineData("pid:0 /a", "line 1, column 5: expected a process id, found `0`; this line is left out")]
    [InlineData("pid:2147483648 /a", "line 1, column 5: expected a process id, found `2147483648`; this line is left out")]
    [InlineData("  pid:1 b", "line 1, column 9: expected a path that begins with /, found `b`; this line is left out")]
    [InlineData("container:db15 a/b/c", "line 1, column 11: expected a container id of 64 hex digits, found `db15`; this line is left out")]
    [InlineData($"container:{Id} b", "line 1, column 76: expected namespace/pod/container, found `b`; this line is left out")]
    [InlineData($"container:{Id} a/b/c/d", "line 1, column 76: expected namespace/pod/container, found `a/b/c/d`; this line is left out")]
    [InlineData($"container:{Id} /b/c", "line 1, column 76: expected namespace/pod/container, found `/b/c`; this line is left out")]
    [InlineData($"container:{Id} a/b/", "line 1, column 76: expected namespace/pod/container, found `a/b/`; this line is left out")]
    [InlineData("pod:7 a/b", "line 1, column 5: expected a pod uid, found `7`; this line is left out")]
    [InlineData($"pod:{Uid} a", "line 1, column 42: expected namespace/pod, found `a`; this line is left out")]
    [InlineData("0123456789012345678901234567890123456789 /a",
        "line 1, column 1: expected a cgroup id, pid:, container:, pod: or #, found `0123456789012345678901234567890123456789`; this line is left out")]
    public void A_line_that_cannot_be_read_says_where_and_costs_only_itself(string line, string flaw) =>
        Assert.Equal("/b", Read($"{line}\n2 /b", flaw).PathOf(new CgroupId(2)));

    [Fact]
    public void A_long_mistake_is_quoted_in_part() =>
        Read(new string('x', 5000), $"line 1, column 1: expected a cgroup id, pid:, container:, pod: or #, found `{new string('x', 40)}…`; this line is left out");

    [Fact]
    public void The_same_line_twice_is_no_flaw_and_another_path_for_an_id_is_one()
    {
        var map = Read("5 /a\n5 /a\n5 /b\n", "line 3, column 1: expected one path for cgroup 5, found `another one`; this line is left out");
        Assert.Equal("/a", map.PathOf(new CgroupId(5)));
    }

    [Theory]
    [InlineData("/", "/system.slice/ssh.service", "/system.slice/ssh.service")]
    [InlineData("/system.slice", "/system.slice/ssh.service", "/system.slice/ssh.service")]
    [InlineData("/init/f289", "/docker/" + Id, "/docker/" + Id)]
    [InlineData("/init/f289", "/other", "/init/f289")]
    [InlineData("/docker/" + Id + "/a", "/docker/" + Id + "/b", "/docker/" + Id + "/a")]
    public void Of_a_process_paths_in_several_hierarchies_the_most_telling_counts(string one, string two, string expected)
    {
        Assert.Equal(expected, Read($"pid:9 {one}\npid:9 {two}\n").PathOf(new Pid(9)));
        if (Workload.FromCgroupPath(expected) is { } told)
            Assert.Equal(told.Container, Workload.FromCgroupPath(Read($"pid:9 {two}\npid:9 {one}\n").PathOf(new Pid(9))!)?.Container);
    }

    [Fact]
    public void A_process_number_that_two_workloads_had_names_neither()
    {
        var map = Read(
            $"pid:9 /docker/{Id}\npid:9 /system.slice/ssh.service\npid:9 /docker/{Id}\n",
            "line 2, column 7: expected the workload named before for process 9, found `/system.slice/ssh.service`; this process stays without a name");
        Assert.Null(map.PathOf(new Pid(9)));
    }

    [Fact]
    public void An_id_as_kubectl_shows_it_is_taken() =>
        Assert.Equal("demo-ns/web/app", Read($"container:containerd://{Id} demo-ns/web/app").NamesOf(Container(Id))?.ToString());

    [Fact]
    public void A_sandbox_has_a_pods_name_and_none_of_its_own() =>
        Assert.Null(Read($"container:{Id} demo-ns/web").NamesOf(Container(Id))!.Container);

    [Fact]
    public void A_name_that_contradicts_an_earlier_one_is_left_out()
    {
        var map = Read(
            $"container:{Id} a/b/c\ncontainer:{Id} a/b/d\npod:{Uid} a/b\npod:{Uid} a/x\n",
            "line 2, column 11: expected one name for container db150a1b6b2f, found `another one`; this line is left out",
            $"line 4, column 5: expected one name for pod {Uid}, found `another one`; this line is left out");
        Assert.Equal("a/b/c", map.NamesOf(Container(Id))?.ToString());
        Assert.Equal("a/b", map.NamesOf(Pod(Uid))?.ToString());
    }

    [Fact]
    public void All_flaws_are_counted_though_only_the_first_are_written_out()
    {
        var flaws = new FlawList();
        CgroupMap.Parse(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("bad\n", 1000))), flaws);
        Assert.Equal((1000, FlawList.Kept), (flaws.Count, flaws.First.Count));
    }

    // Every line is either a blank, a comment, an answer or a flaw: nothing vanishes.
    [Fact]
    public void No_bytes_make_it_throw_and_no_line_vanishes()
    {
        string[] words = ["pid:", "pod:", "container:", Id, Uid, " ", "\t", "\n", "\r\n", "/", "#", "1", "99", "a/b/c", "://", "\uFEFF", "\0"];
        var piece = Gen.OneOf(Gen.Int[0, words.Length - 1].Select(i => Encoding.UTF8.GetBytes(words[i])), Gen.Byte.Array[0, 4]);
        piece.Array[0, 40].Sample(pieces =>
        {
            byte[] text = pieces.SelectMany(p => p).ToArray();
            var flaws = new FlawList();
            var map = CgroupMap.Parse(text, flaws);
            string plain = Encoding.Latin1.GetString(text.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? text.AsSpan(3) : text);
            bool asksNothing = plain.Split('\n').Select(l => l.TrimEnd('\r').TrimStart(' ', '\t')).All(l => l.Length == 0 || l[0] == '#');
            return asksNothing ? map.IsEmpty && flaws.Count == 0 : !map.IsEmpty || flaws.Count > 0;
        }, iter: 20_000);
    }
}
