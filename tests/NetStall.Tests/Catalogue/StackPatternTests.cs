// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using NetStall.Catalogue;
using Xunit;

namespace NetStall.Tests.Catalogue;

public class StackPatternTests
{
    static int Steps(string pattern, string stack) => StackPattern.Parse(pattern).Fit(stack.Split(';')).Steps;

    [Fact]
    public void Steps_are_found_in_order_with_anything_between_them() => Assert.Equal(2, Steps("alpha > gamma", "root;alpha;beta;gamma;leaf"));

    [Fact]
    public void Steps_in_the_wrong_order_are_not_found() => Assert.Equal(0, Steps("gamma > alpha", "root;alpha;beta;gamma"));

    [Fact]
    public void One_frame_does_not_serve_two_steps() => Assert.Equal(0, Steps("alpha > al*", "root;alpha"));

    [Fact]
    public void Any_alternative_will_do() => Assert.Equal(1, Steps("one|two|three", "root;three"));

    [Fact]
    public void A_step_with_a_question_mark_may_be_missing_and_counts_when_it_is_there()
    {
        Assert.Equal(2, Steps("alpha > ?beta > gamma", "alpha;gamma"));
        Assert.Equal(3, Steps("alpha > ?beta > gamma", "alpha;beta;gamma"));
    }

    [Fact]
    public void An_optional_step_never_costs_a_step_that_must_be_there() => Assert.Equal(2, Steps("alpha > ?be* > beta", "alpha;beta"));

    [Fact]
    public void A_star_stands_for_anything_within_a_name()
    {
        Assert.Equal(1, Steps("hash_*_gc", "root;hash_ip4_gc"));
        Assert.Equal(0, Steps("hash_*_gc", "root;hash_ip4_gcx"));
        Assert.Equal(1, Steps("*tracepoint*", "perf_tracepoint_probe"));
    }

    [Fact]
    public void Suffixes_and_offsets_do_not_matter() => Assert.Equal(2, Steps("alpha > beta", "alpha.isra.0+0x10/0x20;beta.cold"));

    [Theory]
    [InlineData("__x64_sys_bpf")]
    [InlineData("__arm64_sys_bpf")]
    [InlineData("__se_sys_bpf")]
    [InlineData("__do_sys_bpf")]
    [InlineData("__sys_bpf")]
    [InlineData("ksys_bpf")]
    [InlineData("sys_bpf")]
    [InlineData("SyS_bpf")]
    public void A_system_call_is_found_under_each_of_its_names(string name) => Assert.Equal(1, Steps("ksys_bpf", name));

    [Fact]
    public void Something_that_ends_like_a_system_call_is_none() => Assert.Equal(0, Steps("sys_bpf", "root;bpf;trace_sys_bpf"));

    [Theory]
    [InlineData("_raw_spin_lock")]
    [InlineData("vfs_read > seq_read* > _raw_spin_lock*")]
    [InlineData("handle_softirqs > net_rx_action")]
    public void A_pattern_that_rests_on_common_functions_alone_never_matches(string pattern) =>
        Assert.Equal(default, StackPattern.Parse(pattern).Fit(
            ["do_syscall_64", "ksys_read", "vfs_read", "seq_read_iter", "_raw_spin_lock", "handle_softirqs", "net_rx_action"]));

    // The slow oracle tries every choice of frames.
    [Fact]
    public void The_fit_is_the_one_with_the_most_steps()
    {
        var names = AnyOf("a", "b", "ab", "c");
        var step = Gen.Select(Gen.Bool, AnyOf("a", "b", "a*", "*b", "c|a"), (optional, text) => (optional ? "?" : "") + text);
        Gen.Select(step.Array[1, 4], names.Array[0, 6]).Sample((steps, stack) =>
            Assert.Equal(SlowSteps(steps, stack), Math.Max(0, StackPattern.Parse(string.Join(" > ", steps)).Fit(stack).Steps)));
    }

    static Gen<string> AnyOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    static int SlowSteps(string[] steps, string[] stack)
    {
        return Math.Max(0, Try(0, 0));

        int Try(int step, int at)
        {
            if (step == steps.Length)
                return 0;
            int best = steps[step][0] == '?' ? Try(step + 1, at) : -1;
            for (int i = at; i < stack.Length; i++)
            {
                if (steps[step].TrimStart('?').Split('|').Any(name => Fits(name, stack[i])) && Try(step + 1, i + 1) is >= 0 and int rest)
                    best = Math.Max(best, rest + 1);
            }
            return best;
        }

        static bool Fits(string name, string frame) => name switch
        {
            "a*" => frame[0] == 'a',
            "*b" => frame[^1] == 'b',
            _ => name == frame,
        };
    }
}
