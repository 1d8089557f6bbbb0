// SPDX-License-Identifier: Apache-2.0
using System.Text;
using NetStall.Ftrace;
using NetStall.Model;
using NetStall.Recordings;
using NetStall.Tests.Texts;
using Xunit;

namespace NetStall.Tests.Ftrace;

public class FtraceReaderTests
{
    static FtraceReader Check(string text, string expected)
    {
        var reader = new FtraceReader(CorpusText.Source(text));
        Assert.Equal(expected.ReplaceLineEndings("\n"), ToldEvents.Of(reader).ToString());
        return reader;
    }

    static FtraceReader ReadCorpus(string file, out ToldEvents told)
    {
        var reader = new FtraceReader(CorpusText.Source(CorpusText.Read("ftrace/" + file)));
        told = ToldEvents.Of(reader);
        return reader;
    }

    static string[] Flaws(IRecordingReader reader) => [.. reader.Recording.Flaws.First.Select(f => f.ToString())];

    [Fact]
    public void The_context_letters_tell_interrupts_need_resched_and_nesting() => Check("""
        # tracer: nop
        #
        # entries-in-buffer/entries-written: 14/1649   #P:2
        #
                 longsys-24409   [001] dNh2.  1424.830122: sched_waking: comm=userA pid=24245 prio=139 target_cpu=001
        napi/vx0-258-22046   [001] b....  1424.824045: netif_receive_skb: dev=vx0 skbaddr=00000000397faded len=84
        napi/vx0-258-22046   [001] D..2.  1424.824086: softirq_raise: vec=3 [action=NET_RX]
                  <idle>-0       [000] ..s1.  1424.824090: softirq_entry: vec=3 [action=NET_RX]
                  <idle>-0       [000] .l...  1424.824091: sys_exit: NR 116 = 0
                   x-y-z-7       [000] dnHf    1424.824092: irq_handler_entry: irq=24 name=virtio0-input.0
        """, """
        1424830122000 cpu1 -1/24409 SchedWaking 24245 'userA' 139 on cpu1 [InterruptsOff, NeedResched, HardIrq, PreemptResched 2]
        1424824045000 cpu1 -1/22046 Other [BottomHalvesOff 0]
        1424824086000 cpu1 -1/22046 SoftirqRaise NET_RX [InterruptsOff, BottomHalvesOff 2]
        1424824090000 cpu0 -1/0 SoftirqEntry NET_RX [SoftIrq 1]
        1424824091000 cpu0 -1/0 SyscallExit 116 [NeedReschedLazy 0]
        1424824092000 cpu0 -1/7 HardirqEntry 24 'virtio0-input.0' [InterruptsOff, NeedResched, HardIrq, SoftIrq 15]
        """);

    [Fact]
    public void Columns_may_be_more_or_fewer() => Check("""
                    bash-30795   (  30790) [000] d..2.  2952.738077: softirq_raise: vec=3 [action=NET_RX]
                   <...>-30795   (-------) [000] d..2.  2952.738078: softirq_raise: vec=3 [action=NET_RX]
                    bash-30795   [001]   2955.034072: softirq_raise: vec=3 [action=NET_RX]
        qemu-sys-26931     0d.h1. 153922us : softirq_raise: vec=3 [action=NET_RX]
        qemu-sys-26931     0d.h1. 153923us!: softirq_raise: vec=3 [action=NET_RX]
                   <...>-1401    1d.h..  4573.234856682: softirq_raise: vec=3 [action=NET_RX]
        """, """
        2952738077000 cpu0 30790/30795 SoftirqRaise NET_RX [InterruptsOff 2]
        2952738078000 cpu0 -1/30795 SoftirqRaise NET_RX [InterruptsOff 2]
        2955034072000 cpu1 -1/30795 SoftirqRaise NET_RX
        153922000 cpu0 -1/26931 SoftirqRaise NET_RX [InterruptsOff, HardIrq 1]
        153923000 cpu0 -1/26931 SoftirqRaise NET_RX [InterruptsOff, HardIrq 1]
        4573234856682 cpu1 -1/1401 SoftirqRaise NET_RX [InterruptsOff, HardIrq 0]
        """);

    [Fact]
    public void What_trace_cmd_prints_in_its_own_words_is_the_same_event() => Check("""
        cpus=2
                   <...>-1401  [000]  4573.236884: sched_switch:         a:b [1] R:1401 [120] R+ ==> x ==> y:1400 [98]
                   <...>-4554  [001]  4573.236864: sched_waking:         rcu_preempt:15 [120] CPU:000
                   <...>-4554  [001]  4573.236865: sched_wakeup:         a:1:15 [120]<CANT FIND FIELD success> CPU:001
                   <...>-1401  [000]  4573.236884: sched_switch:         prev_comm=q prev_pid=1401 prev_prio=120 prev_state=256 next_comm=r next_pid=1400 next_prio=120
                   <...>-1401  [000]  4573.236884: sched_switch:         prev_comm=q prev_pid=1401 prev_prio=120 prev_state=0x2 next_comm=r next_pid=1400 next_prio=120
                   <...>-4554  [001]  4573.236891: sys_exit:              id=1 ret=2
                   <...>-4554  [001]  4573.236892: napi_poll:             napi=0xffff88013a5f4d50 dev_name=eth0 work=2 budget=64
        """, """
        4573236884000 cpu0 -1/1401 SchedSwitch 'a:b [1] R' 120 Preempted to 1400 'x ==> y' 98
        4573236864000 cpu1 -1/4554 SchedWaking 15 'rcu_preempt' 120 on cpu0
        4573236865000 cpu1 -1/4554 SchedWakeup 15 'a:1' 120 on cpu1
        4573236884000 cpu0 -1/1401 SchedSwitch 'q' 120 Preempted to 1400 'r' 120
        4573236884000 cpu0 -1/1401 SchedSwitch 'q' 120 Gone to 1400 'r' 120
        4573236891000 cpu1 -1/4554 SyscallExit 1
        4573236892000 cpu1 -1/4554 NapiPoll 'eth0' 2 of 64
        """);

    [Fact]
    public void A_stack_trace_is_the_chain_of_the_event_before_it() => Check("""
                 cat-32432   [001] dN.4.  4541.985358: sched_waking: comm=timeout pid=32431 prio=120 target_cpu=000
                 cat-32432   [001] dN.4.  4541.985363: <stack trace>
         => try_to_wake_up
         => complete_signal+0x12/0x34
                 cat-32432   [001] dN.4.  4541.985364: <user stack trace>
         =>  <00007fb705191287>
                 dog-7       [000] .....  4541.985365: <stack trace>
         => do_exit
        """, """
        4541985358000 cpu1 -1/32432 SchedWaking 32431 'timeout' 120 on cpu0 [InterruptsOff, NeedResched, PreemptResched 4] kernel: try_to_wake_up([kernel]) complete_signal([kernel]) user: 0x7fb705191287
        4541985365000 cpu0 -1/7 Other [None 0] kernel: do_exit([kernel])
        """);

    [Fact]
    public void What_a_ring_lost_is_told_when_its_cpu_speaks_again()
    {
        var reader = Check("""
            CPU:1 [LOST 154 EVENTS]
                       a-7     [000] .....  1.000001: softirq_raise: vec=3 [action=NET_RX]
                       b-8     [001] .....  1.000002: softirq_raise: vec=3 [action=NET_RX]
            CPU:0 [LOST EVENTS]
            CPU:3 [12 EVENTS DROPPED]
            """, """
            1000001000 cpu0 -1/7 SoftirqRaise NET_RX [None 0]
            1000002000 cpu1 -1/-1 Lost 154
            1000002000 cpu1 -1/8 SoftirqRaise NET_RX [None 0]
            1000002000 cpu0 -1/-1 Lost 1
            1000002000 cpu3 -1/-1 Lost 12
            """);
        Assert.Equal(167, reader.Recording.LostRecords);
    }

    [Fact]
    public void Dashes_blanks_digits_and_newlines_in_a_comm_are_not_columns()
    {
        var reader = Check(
            "  a-1 [000] 2.0: -31   [001] d..2.  1.000001: sched_switch: prev_comm=a-1 [000] 2.0:  prev_pid=31 prev_prio=120 prev_state=S ==> next_comm=nl\ninside next_pid=32 next_prio=120\n"
            + "              nl\ninside-32   [001] d..2.  1.000002: softirq_raise: vec=3 [action=NET_RX]\n"
            + " a b) [001] 12:\n-33   [001] d..2.  1.000003: softirq_raise: vec=3 [action=NET_RX]\n"
            + "                -34   [001] d..2.  1.000004: softirq_raise: vec=3 [action=NET_RX]\n",
            "1000001000 cpu1 -1/31 SchedSwitch 'a-1 [000] 2.0:' 120 Gone to 32 'nl\ninside' 120 [InterruptsOff 2]\n"
            + "1000002000 cpu1 -1/32 SoftirqRaise NET_RX [InterruptsOff 2]\n1000003000 cpu1 -1/33 SoftirqRaise NET_RX [InterruptsOff 2]\n"
            + "1000004000 cpu1 -1/34 SoftirqRaise NET_RX [InterruptsOff 2]");
        string Name(int tid) => reader.Recording.Names.Text(reader.Recording.Tasks.Find(new Tid(tid), new KernelTime(1_000_004_000)).Comm) ?? "unknown";
        Assert.Equal(["a-1 [000] 2.0:", "nl\ninside", "a b) [001] 12:\n", ""], [Name(31), Name(32), Name(33), Name(34)]);
        Assert.Empty(Flaws(reader));
    }

    [Fact]
    public void What_a_payload_calls_a_task_beats_the_newer_comm_beside_the_entry()
    {
        var reader = Check(
            "           exact-9 [001] d..2.  1.000001: sched_switch: prev_comm=bash prev_pid=9 prev_prio=120 prev_state=D ==> next_comm=swapper/1 next_pid=0 next_prio=120\n",
            "1000001000 cpu1 -1/9 SchedSwitch 'bash' 120 Gone to 0 'swapper/1' 120 [InterruptsOff 2]");
        Assert.Equal("bash", reader.Recording.Names.Text(reader.Recording.Tasks.Find(new Tid(9), new KernelTime(1_000_001_000)).Comm));
    }

    [Fact]
    public void A_malformed_line_costs_that_line()
    {
        var reader = Check("""
                       a-7     [000] .....  1.000001: softirq_raise: vec=3 [action=NET_RX]
            this is not an entry of ftrace
                       b-8     [001] .....  1.000002: softirq_exit: vec=3 [action=NET_RX]
            """, """
            1000001000 cpu0 -1/7 SoftirqRaise NET_RX [None 0]
            1000002000 cpu1 -1/8 SoftirqExit NET_RX [None 0]
            """);
        Assert.Equal(["line 2, column 1: expected an entry of ftrace, found `this is not an entry of ftrace`; this line is left out"], Flaws(reader));
    }

    [Fact]
    public void A_text_without_an_entry_is_refused_with_the_way_out()
    {
        var e = Assert.Throws<UnreadableRecordingException>(() => ToldEvents.Of(new FtraceReader(CorpusText.Source("# tracer: nop\n"))));
        Assert.Equal("test holds no entry of ftrace with a task, a CPU and a time. Take /sys/kernel/tracing/trace with current_tracer nop, or trace-cmd report.", e.Message);
    }

    [Fact]
    public void The_live_fixture_shows_need_resched_holding_NET_RX_back_until_the_call_ends()
    {
        var reader = ReadCorpus("live-6.18-need_resched-defers-NET_RX.ftrace.txt", out var told);
        Assert.Empty(Flaws(reader));
        var enter = told.Events.Single(e => e.Kind == EventKind.SyscallEnter);
        var exit = told.Events.Single(e => e.Kind == EventKind.SyscallExit);
        Assert.Equal(enter.SyscallNumber, exit.SyscallNumber);
        Assert.True(exit.NeedResched);
        // The raise inside the call that nobody served before its end.
        var raise = told.Events.Last(e => e.Kind == EventKind.SoftirqRaise && e.Vector == SoftirqVector.NetRx && e.Time < exit.Time && e.Time > enter.Time);
        var served = told.Events.First(e => e.Kind == EventKind.SoftirqEntry && e.Vector == SoftirqVector.NetRx && e.Time > raise.Time);
        Assert.True(served.Time > exit.Time);
    }

    [Theory]
    [InlineData("hostile-comms.txt")]
    [InlineData("latency-format.txt")]
    [InlineData("live-6.18-need_resched-defers-NET_RX.ftrace.txt")]
    [InlineData("live-6.18-threaded-napi-eevdf.ftrace.txt")]
    [InlineData("lost-and-stack-traces.txt")]
    [InlineData("noirqinfo.txt")]
    [InlineData("tgid.txt")]
    [InlineData("trace-cmd-report-latency-ns.txt")]
    [InlineData("trace-cmd-report-raw.txt")]
    [InlineData("trace-cmd-report.txt")]
    public void Every_entry_of_a_real_text_is_read(string file)
    {
        var reader = ReadCorpus(file, out var told);
        // An entry is a line with a time: nothing else in these texts looks like ` 2952.738077: ` or ` 153922us : `.
        int entries = Encoding.Latin1.GetString(CorpusText.Read("ftrace/" + file)).Split('\n')
            .Count(l => System.Text.RegularExpressions.Regex.IsMatch(l, @" (\d+\.\d{6,9}|\d+us[^:]*): (?!<stack)") && !l.StartsWith('#'));
        Assert.Empty(Flaws(reader));
        Assert.Equal(entries, told.Events.Count(e => e.Kind != EventKind.Lost));
        Assert.Equal(entries, reader.Recording.TracepointCount);
    }

    [Fact]
    public void The_three_reports_of_one_trace_tell_the_same()
    {
        ReadCorpus("trace-cmd-report.txt", out var plain);
        ReadCorpus("trace-cmd-report-raw.txt", out var raw);
        ReadCorpus("trace-cmd-report-latency-ns.txt", out var latency);
        static string Kinds(ToldEvents told) => string.Join("\n", told.Events.Select(e => $"{e.Cpu} {e.Tid} {e.Kind}"));
        Assert.Equal(plain.ToString(), raw.ToString());
        Assert.Equal(Kinds(plain), Kinds(latency));
    }
}
