// SPDX-License-Identifier: Apache-2.0
using NetStall.Linux.Lab;
using NetStall.Model;
using NetStall.Waits;
using Xunit;

namespace NetStall.Tests.Labs;

public class LabFactsTests
{
    [Theory]
    [InlineData(1, "2")]
    [InlineData(31, "80000000")]
    [InlineData(33, "2,00000000")]
    [InlineData(70, "40,00000000,00000000")]
    public void A_mask_of_one_cpu_is_written_in_words_of_32_bits(int cpu, string mask) => Assert.Equal(mask, CpuMask.Hexadecimal(new CpuId(cpu)));

    [Theory]
    [InlineData("0-1\n", "cpu0 cpu1")]
    [InlineData("0,2-4,7\n", "cpu0 cpu2 cpu3 cpu4 cpu7")]
    [InlineData("0\n", "cpu0")]
    public void Cpus_are_listed_by_ranges(string list, string expected) => Assert.Equal(expected, string.Join(' ', LabCpus.Parse(list)));

    [Fact]
    public void Steal_is_the_eighth_figure_of_the_cpu_s_own_line()
    {
        const string Stat = "cpu  31090 52 20011 310120 80 0 400 9999 0 0\ncpu0 20027 37 10905 197910 43 0 239 7784 0 0\ncpu1 11063 15 9106 112210 37 0 161 2215 0 0\nintr 5\n";

        Assert.Equal(Elapsed.FromMilliseconds(22_150), CpuSteal.Parse(Stat, new CpuId(1)));
        Assert.Equal(Elapsed.Zero, CpuSteal.Parse(Stat, new CpuId(11)));
    }

    [Fact]
    public void A_length_may_be_off_by_a_millisecond_a_silence_by_two_and_on_an_emulated_machine_by_more()
    {
        var length = Elapsed.FromMilliseconds(30);

        Assert.Equal(Elapsed.FromMilliseconds(1), new Tolerance(IsEmulated: false).Of(length, WaitEvidence.RaiseToEntry));
        Assert.Equal(Elapsed.FromMilliseconds(2), new Tolerance(IsEmulated: false).Of(length, WaitEvidence.SampleHole));
        Assert.Equal(Elapsed.FromMilliseconds(5), new Tolerance(IsEmulated: true).Of(length, WaitEvidence.RaiseToEntry));
    }

    // A tick is 10 ms at CONFIG_HZ=100: what is served by the next one is nobody's fault.
    [Theory]
    [InlineData(1, 8_000)]
    [InlineData(4, 8_000)]
    [InlineData(10, 15_000)]
    public void The_lab_asks_for_waits_longer_than_a_tick_can_make(int tick, long microseconds) => Assert.Equal(
        Elapsed.FromMicroseconds(microseconds), LabPlan.ThresholdFor(new KernelBehaviour(false, false, false, Elapsed.FromMilliseconds(tick))));
}
