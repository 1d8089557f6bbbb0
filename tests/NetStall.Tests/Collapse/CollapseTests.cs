// SPDX-License-Identifier: Apache-2.0
using System.Text;
using CsCheck;
using NetStall.Collapse;
using NetStall.Ftrace;
using NetStall.PerfScript;
using NetStall.Recordings;
using NetStall.Tests.Texts;
using Xunit;

namespace NetStall.Tests.Collapse;

public class CollapseTests
{
    static string OfText(byte[] text, CollapseForm form)
    {
        var output = new MemoryStream();
        CollapseText.Run(CorpusText.Source(text), output, form);
        return Encoding.UTF8.GetString(output.ToArray());
    }

    static string OfEvents(IRecordingReader reader, CollapseForm form)
    {
        var output = new MemoryStream();
        var sink = new CollapseSink(reader.Recording, output, form);
        reader.ReadTo(sink);
        sink.Finish();
        return Encoding.UTF8.GetString(output.ToArray());
    }

    static void Check(string text, CollapseForm form, string expected)
    {
        expected = expected.ReplaceLineEndings("\n") + "\n";
        Assert.Equal(expected, OfText(Encoding.UTF8.GetBytes(text), form));
        Assert.Equal(expected, OfEvents(new PerfScriptReader(CorpusText.Source(text)), form));
    }

    const string Small = """
        cadvisor 10137/10436 [011]     8.695916000:    1001001 cpu-clock: 
        	ffffffff81355ae3 mem_cgroup_iter+0x3 ([kernel.kallsyms])
        	ffffffff8134a422 memcg_stat_show+0x22 ([kernel.kallsyms])
        	          4547d0 [unknown] (/usr/bin/cadvisor)

        cadvisor 10137/10436 [011]     8.696917001:    1001001 cpu-clock: 
        	ffffffff81355ae7 mem_cgroup_iter+0x7 ([kernel.kallsyms])
        	ffffffff8134a422 memcg_stat_show+0x22 ([kernel.kallsyms])
        	          4547d0 [unknown] (/usr/bin/cadvisor)

        .NET TP Worker 7/8 [003]     8.697000000:    1001001 cpu-clock: 
        	          4547d0 main+0x1 (/usr/bin/dotnet)

        ksoftirqd/11    76/76    [011]     8.697918000:    1001001 cpu-clock: 
        	ffffffff81355ae3 net_rx_action+0x3 ([kernel.kallsyms])
        	ffffffff8134a422 run_ksoftirqd+0x22 ([kernel.kallsyms])


        """;

    [Fact]
    public void Each_stack_is_a_line_with_its_time_cpu_and_ids() => Check(Small, CollapseForm.Timed, """
        8.695916000 11 10137/10436 cadvisor;[cadvisor];memcg_stat_show;mem_cgroup_iter
        8.696917001 11 10137/10436 cadvisor;[cadvisor];memcg_stat_show;mem_cgroup_iter
        8.697000000 3 7/8 .NET_TP_Worker;main
        8.697918000 11 76/76 ksoftirqd/11;run_ksoftirqd;net_rx_action
        """);

    [Fact]
    public void Equal_stacks_that_follow_one_another_on_a_cpu_make_one_run() => Check(Small, CollapseForm.Runs, """
        8.695916000 8.696917001 2 11 10137/10436 cadvisor;[cadvisor];memcg_stat_show;mem_cgroup_iter
        8.697000000 8.697000000 1 3 7/8 .NET_TP_Worker;main
        8.697918000 8.697918000 1 11 76/76 ksoftirqd/11;run_ksoftirqd;net_rx_action
        """);

    [Fact]
    public void The_article_s_line_is_the_stack_alone() => Check(Small, CollapseForm.Article, """
        cadvisor;[cadvisor];memcg_stat_show;mem_cgroup_iter
        cadvisor;[cadvisor];memcg_stat_show;mem_cgroup_iter
        .NET_TP_Worker;main
        ksoftirqd/11;run_ksoftirqd;net_rx_action
        """);

    [Theory]
    [InlineData("do_idle+0x5 ([kernel.kallsyms])", "do_idle")]
    [InlineData("do_idle ([kernel.kallsyms])", "do_idle")]
    [InlineData("do_idle+0x5", "do_idle")]
    [InlineData("do_idle", "do_idle")]
    [InlineData("[unknown] ([kernel.kallsyms])", "[kernel.kallsyms]")]
    [InlineData("[unknown] ([ext4])", "[ext4]")]
    [InlineData("[unknown] ([unknown])", "[unknown]")]
    [InlineData("[unknown] (/memfd:doublemapper (deleted))", "[memfd:doublemapper]")]
    [InlineData("[unknown] (//anon)", "[anon]")]
    [InlineData("[unknown] (/x/)", "[unknown]")]
    [InlineData("[unknown] (/a;b'c)", "[a:bc]")]
    [InlineData("Foo::bar(int, char) const+0x18f (/x/lib (1).so)", "Foo::bar")]
    [InlineData("(anonymous namespace)::f(int)+0x1 (/x)", "(anonymous namespace)::f")]
    [InlineData("net/http.(*Client).Do+0x1 (/x)", "net/http.(*Client).Do")]
    [InlineData("std::unique_ptr<T>::operator->() const+0x1 (/x)", "std::unique_ptr<T>::operator->")]
    [InlineData("outer->inner+0x1 (/x)", "outer;inner_[i]")]
    [InlineData("RegExp:[&<>\\\"\\'] (/tmp/perf-7539.map)", "RegExp:[&<>\\\\]")]
    [InlineData("a;b (/x)", "a:b")]
    [InlineData("a+b+0x1 (/x)", "a+b")]
    [InlineData("a+0x1 (b)+0x3 (/x)", "a+0x1 ")]
    [InlineData("inner (inlined)", "inner")]
    [InlineData("tab\there+0x1 (/x)", "tab_here")]
    [InlineData("\u001b[31mred (/x)", "_[31mred")]
    [InlineData("é€😀 (/x)", "é€😀")]
    [InlineData("a\u009b31m\u202eb (/x)", "a_31m_b")]
    [InlineData("_ZN4core3fmt5Write9write_fmt17h0a1b2c3d4e5f6071E+0x1 (/x)", "_ZN4core3fmt5Write9write_fmt17h0a1b2c3d4e5f6071E")]
    public void A_frame_is_called_by_its_function_or_its_object(string printed, string expected) =>
        Check($"a 7/7 [001] 1.000000: cpu-clock: \n\t            127f {printed}\n\t            1280 root (/x)\n\n", CollapseForm.Article, "a;root;" + expected);

    [Theory]
    [InlineData("a b 12 c", "a_b_12_c")]
    [InlineData("x(y) [003] 1.5:", "x(y)_[003]_1.5:")]
    [InlineData("nl\ninside", "nl_inside")]
    [InlineData("a;b", "a:b")]
    [InlineData("\u001b[31mred\u001b[0m", "_[31mred_[0m")]
    [InlineData("ete\u20ac", "ete€")]
    [InlineData("a\u009b31mb\u0085c", "a_31mb_c")]
    [InlineData("a\u202eb\u2066c\u2028d", "a_b_c_d")]
    public void A_comm_is_one_word(string comm, string expected) =>
        Check($"{comm} 7/7 [001] 1.000000: cpu-clock: \n\tffffffff8134a422 f ([kernel.kallsyms])\n\n", CollapseForm.Article, expected + ";f");

    [Fact]
    public void Java_s_class_names_lose_their_L() =>
        Check("java 7/7 [001] 1.000000: cpu-clock: \n\t            127f Lorg/mozilla/MemberBox;.<init>(Ljava/lang/Object;)V (/tmp/perf-7.map)\n\n", CollapseForm.Article, "java;org/mozilla/MemberBox:.<init>");

    [Fact]
    public void What_is_not_known_is_a_question_mark() => Check(
        "a     7     1.000000: cpu-clock: \n\tffffffff8134a422 f ([kernel.kallsyms])\n\n:-1    -1     1.000001: cpu-clock: \n\n", CollapseForm.Timed,
        "1.000000000 ? ?/7 a;f\n1.000001000 ? ?/? :-1");

    [Fact]
    public void A_tracepoint_has_a_line_if_it_has_a_stack()
    {
        const string Text = "a 7/7 [001] 1.000000: sched:sched_waking: comm=b pid=8 prio=120 target_cpu=001\n"
            + "a 7/7 [001] 1.000001: sched:sched_waking: comm=b pid=8 prio=120 target_cpu=001\n\tffffffff8134a422 try_to_wake_up ([kernel.kallsyms])\n\n";
        Check(Text, CollapseForm.Timed, "1.000001000 1 7/7 a;try_to_wake_up");
        Assert.Equal(new CollapseCount(1, 1, 1), CollapseText.Run(CorpusText.Source(Text), Stream.Null, CollapseForm.Timed));
    }

    public static TheoryData<string, CollapseForm> Corpus()
    {
        var data = new TheoryData<string, CollapseForm>();
        // Differences in place of times put no order on records.
        foreach (string name in CorpusText.Names("perf-script").Where(n => n != "samples-deltatime.txt"))
        {
            foreach (var form in Enum.GetValues<CollapseForm>())
                data.Add(name, form);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Corpus))]
    public void The_way_without_events_and_the_way_through_them_write_the_same(string file, CollapseForm form)
    {
        byte[] text = CorpusText.Read("perf-script/" + file);
        Assert.Equal(OfEvents(new PerfScriptReader(CorpusText.Source(text)), form), OfText(text, form));
    }

    [Fact]
    public void Both_ways_make_the_same_names_of_broken_frames()
    {
        byte[][] texts = [.. CorpusText.Names("perf-script").Where(n => n.StartsWith("samples-", StringComparison.Ordinal)).Select(n => CorpusText.Read("perf-script/" + n))];
        // Only lines of frames are broken, as headers decide what is a record, and comms are looked up by time.
        Gen.Select(Gen.OneOf<byte[]>(texts), Gen.Int[0, 20_000], Gen.Select(Gen.Int[0, 4000], Gen.OneOf(Gen.Byte, Gen.OneOf<byte>([.. " +0x()[];\"'->.\t/"u8]))).Array[0, 60]).Sample((text, from, changes) =>
        {
            byte[] broken = (byte[])text.Clone();
            foreach (var (offset, value) in changes)
            {
                int at = (from + offset) % broken.Length;
                int line = broken.AsSpan(0, at).LastIndexOf((byte)'\n') + 1;
                bool isFrame = broken[line] == '\t' && at > line + 17;
                if (isFrame && broken[at] != '\n' && value is not ((byte)'\n' or (byte)'\r'))
                    broken[at] = value;
            }
            Assert.Equal(Stacks(OfEvents(new PerfScriptReader(CorpusText.Source(broken)), CollapseForm.Article)), Stacks(OfText(broken, CollapseForm.Article)));
        }, iter: 400);
    }

    // Without comms, and in no order: differences for times put no order on records.
    static string[] Stacks(string lines) => [.. lines.Split('\n').Select(l => l[(l.IndexOf(';', StringComparison.Ordinal) + 1)..]).Order(StringComparer.Ordinal)];

    [Fact]
    public void An_ftrace_text_with_stack_traces_collapses_too()
    {
        string lines = OfEvents(new FtraceReader(CorpusText.Source(CorpusText.Read("ftrace/lost-and-stack-traces.txt"))), CollapseForm.Article);
        Assert.Contains(";entry_SYSCALL_64_after_hwframe;do_syscall_64;", lines, StringComparison.Ordinal);
    }
}
