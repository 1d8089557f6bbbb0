// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using NetStall.Symbols;
using Xunit;

namespace NetStall.Tests.Catalogue;

public class KernelFunctionNamesTests
{
    [Theory]
    [InlineData("vfs_read", "vfs_read")]
    [InlineData("vfs_read+0x9d/0x1b0", "vfs_read")]
    [InlineData("memcg_stat_format.constprop.0", "memcg_stat_format")]
    [InlineData("__mutex_lock.isra.0", "__mutex_lock")]
    [InlineData("do_softirq.part.0+0x41/0x60", "do_softirq")]
    [InlineData("handle_softirqs.cold", "handle_softirqs")]
    [InlineData("cleanup.cold.12", "cleanup")]
    [InlineData("bpf_prog_run.llvm.1480193726145", "bpf_prog_run")]
    [InlineData("worker.lto_priv.0", "worker")]
    [InlineData("worker.lto.0", "worker")]
    [InlineData("walk.constprop.0.isra.0.cold", "walk")]
    [InlineData("", "")]
    public void What_compilers_append_is_taken_off(string name, string expected)
    {
        Assert.Equal(expected, KernelFunctionNames.Strip(name));
        Assert.Equal(expected, KernelFunctionNames.Strip(name.AsSpan()).ToString());
    }

    [Theory]
    [InlineData("part_stat_show")]
    [InlineData("cold")]
    [InlineData(".cold")]
    [InlineData("runtime.mcall")]
    [InlineData("name.colder")]
    [InlineData("name.")]
    [InlineData("+0x10")]
    public void A_name_that_only_looks_like_it_stays(string name) => Assert.Same(name, KernelFunctionNames.Strip(name));

    [Fact]
    public void Any_text_is_stripped_once_and_for_all() =>
        Gen.String[Gen.Char["ab_.+0x cold"], 0, 24].Sample(name =>
        {
            string once = KernelFunctionNames.Strip(name);
            return name.StartsWith(once, StringComparison.Ordinal) && KernelFunctionNames.Strip(once) == once && (once.Length > 0 || name.Length == 0);
        });
}
