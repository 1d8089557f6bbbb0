// SPDX-License-Identifier: Apache-2.0
using System.Text;
using CsCheck;
using NetStall.Linux.Containers;
using NetStall.Recordings;
using NetStall.Workloads;
using NetStall.Workloads.Cri;
using Xunit;

namespace NetStall.Tests.Containers;

public class CriAnswersTests
{
    const string Sandbox = "36b1343a9f3e36b1343a9f3e36b1343a9f3e36b1343a9f3e36b1343a9f3e36b1";
    const string Container = "18e485ea2d3718e485ea2d3718e485ea2d3718e485ea2d3718e485ea2d3718e4";
    const string Uid = "0027581a-c351-40e7-826e-d9f1ac2a043c";

    // 0a 40 36…   id                  10 01 …   a varint we pass over
    // 12 3c       metadata            0a 08 web-7d4f   12 24 uid   1a 07 demo-ns   20 00 attempt
    // 1a..        state, created_at: of kinds that are passed over
    static byte[] Sandboxes => Field(1, [
        .. Field(1, Sandbox),
        .. Field(2, [.. Field(1, "web-7d4f"), .. Field(2, Uid), .. Field(3, "demo-ns"), 0x20, 0x00]),
        0x18, 0x01, 0x20, 0xb4, 0xd2, 0xd5, 0xb5, 0x8c, 0xf5, 0xd6, 0xf4, 0x18,
        .. Field(5, [.. Field(1, "app"), .. Field(2, "web")])]);

    static byte[] Containers => Field(1, [
        .. Field(1, Container), .. Field(2, Sandbox), .. Field(3, [.. Field(1, "app"), 0x10, 0x02]),
        .. Field(4, Field(1, "sha256:fffcc92b")), 0x30, 0x01,
        .. Field(8, [.. Field(1, "io.kubernetes.pod.name"), .. Field(2, "web-7d4f")]),
        .. Field(8, [.. Field(1, "io.kubernetes.pod.namespace"), .. Field(2, "demo-ns")])]);

    static byte[] Field(int number, string text) => Field(number, Encoding.UTF8.GetBytes(text));

    static byte[] Field(int number, byte[] bytes) => bytes.Length < 128
        ? [(byte)((number << 3) | 2), (byte)bytes.Length, .. bytes]
        : [(byte)((number << 3) | 2), (byte)(bytes.Length | 0x80), (byte)(bytes.Length >> 7), .. bytes];

    static ContainerId Id(string text) => ContainerId.TryParse(text, out var id) ? id : throw new FormatException(text);

    static string MapOf(byte[] sandboxes, byte[] containers)
    {
        var map = new CgroupMapText();
        RuntimeNames.Add(map, CriAnswers.Sandboxes(sandboxes), CriAnswers.Containers(containers));
        return Encoding.UTF8.GetString(map.ToUtf8());
    }

    // As the bytes came from containerd 1.6 for a pod of a real kubelet, but for repeated digits in its ids.
    [Fact]
    public void A_real_answer_is_read()
    {
        Assert.True(PodUid.TryParse(Uid, out var uid));
        Assert.Equal([new CriSandbox(Id(Sandbox), new PodName("demo-ns", "web-7d4f", null), uid)], CriAnswers.Sandboxes(Sandboxes));
        Assert.Equal([new CriContainer(Id(Container), Id(Sandbox), "app", new PodName("demo-ns", "web-7d4f", "app"))], CriAnswers.Containers(Containers));
    }

    [Fact]
    public void Containers_sandboxes_and_pods_get_their_names() => Assert.Equal(
        $"""
        container:{Sandbox} demo-ns/web-7d4f
        pod:{Uid} demo-ns/web-7d4f
        container:{Container} demo-ns/web-7d4f/app

        """, MapOf(Sandboxes, Containers));

    [Fact]
    public void A_container_that_outlived_its_sandbox_is_named_by_its_labels() =>
        Assert.Equal($"container:{Container} demo-ns/web-7d4f/app\n", MapOf([], Containers));

    [Fact]
    public void Several_entries_are_all_read() => Assert.Equal(3, CriAnswers.Containers([.. Containers, .. Containers, .. Containers]).Count);

    [Fact]
    public void An_entry_that_is_damaged_costs_that_entry()
    {
        byte[] damaged = Field(1, [.. Field(1, Container), 0x1a, 0x7f, 1, 2]);

        Assert.Equal(Id(Container), Assert.Single(CriAnswers.Containers([.. damaged, .. Containers])).Id);
    }

    [Fact]
    public void An_answer_that_breaks_off_keeps_what_came_before() =>
        Assert.Single(CriAnswers.Containers([.. Containers, .. Containers[..20]]));

    // Whoever names pods may be anybody who may make pods.
    [Fact]
    public void A_name_that_would_be_a_line_of_its_own_is_left_out()
    {
        byte[] hostile = Field(1, [.. Field(1, Sandbox), .. Field(2, [.. Field(1, "x\ncontainer:evil"), .. Field(3, "demo-ns")])]);

        Assert.Equal("", MapOf(hostile, []));
    }

    [Fact]
    public void Any_bytes_are_read_to_their_end() => Gen.Byte.Array[0, 300].Sample(bytes =>
        CriAnswers.Containers(bytes).Count <= bytes.Length && CriAnswers.Sandboxes(bytes).Count <= bytes.Length);

    [Fact]
    public void Any_damage_is_read_to_its_end()
    {
        byte[] whole = [.. Containers, .. Sandboxes];
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte).Array[1, 5].Sample(damages =>
        {
            byte[] bytes = [.. whole];
            foreach (var (at, value) in damages)
                bytes[at] = value;
            var flaws = new FlawList();
            CgroupMap.Parse(Encoding.UTF8.GetBytes(MapOf(bytes, bytes)), flaws);
            return flaws.First.All(f => f.What.Contains("one name for", StringComparison.Ordinal));
        });
    }
}
