// SPDX-License-Identifier: Apache-2.0
using NetStall.Linux.Containers;
using NetStall.Workloads;
using Xunit;

namespace NetStall.Tests.Containers;

public class KubeletLogNamesTests
{
    const string Id = "18e485ea2d3718e485ea2d3718e485ea2d3718e485ea2d3718e485ea2d3718e4";

    [Fact]
    public void The_name_of_a_log_names_its_container()
    {
        Assert.True(KubeletLogNames.TryParse($"web-7d4f_demo-ns_side-car-{Id}.log", out var id, out var name));
        Assert.Equal((Id, new PodName("demo-ns", "web-7d4f", "side-car")), (id.ToString(), name));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".log")]
    [InlineData("a_b_.log")]
    [InlineData("a_b_" + Id + ".log")]
    [InlineData("a_b_-" + Id + ".log")]
    [InlineData("a_b_c-" + Id)]
    [InlineData("a_b_c-" + Id + "0.log")]
    [InlineData("b_c-" + Id + ".log")]
    [InlineData("a_b_c_d-" + Id + ".log")]
    public void Another_file_names_nothing(string file) => Assert.False(KubeletLogNames.TryParse(file, out _, out _));
}
