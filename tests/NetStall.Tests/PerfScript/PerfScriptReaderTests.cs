// SPDX-License-Identifier: Apache-2.0
using System.Text;
using NetStall.Model;
using NetStall.PerfScript;
using NetStall.Recordings;
using NetStall.Tests.Texts;
using Xunit;

namespace NetStall.Tests.PerfScript;

public class PerfScriptReaderTests
{
    static PerfScriptReader Check(string text, string expected)
    {
        var reader = new PerfScriptReader(CorpusText.Source(text));
        Assert.Equal(expected.ReplaceLineEndings("\n"), ToldEvents.Of(reader).ToString());
        return reader;
    }

    static string[] Flaws(IRecordingReader reader) => [.. reader.Recording.Flaws.First.Select(f => f.ToString())];

    [Fact]
    public void A_sample_has_its_chain_leaf_first_with_a_marker_where_the_kernel_ends()
    {
        var reader = Check("""
            sleep 27764 [000]  2654.708819:    1001001 cpu-clock: 
            	ffffffff815d2e66 vma_interval_tree_insert+0x36 ([kernel.kallsyms])
            	ffffffff821ed511 do_syscall_64+0x71 ([kernel.kallsyms])
            	           cf503 mmap64+0x23 (/usr/lib/x86_64-linux-gnu/libc.so.6)
            	               0 [unknown] ([unknown])


            """, """
            2654708819000 cpu0 -1/27764 Sample 0 in kernel kernel: vma_interval_tree_insert([kernel]) do_syscall_64([kernel]) user: mmap64(libc.so.6) ?
            """);
        Assert.Equal(new Sampler("cpu-clock", new Elapsed(1_001_001), true), Assert.Single(reader.Recording.Samplers));
        Assert.Equal("sleep", reader.Recording.Names.Text(reader.Recording.Tasks.Find(new Tid(27764), default).Comm));
        Assert.Empty(Flaws(reader));
        Assert.True(reader.Recording.Frames.HasKernelSymbols);
    }

    [Fact]
    public void A_chain_that_comes_back_to_the_kernel_has_a_marker_at_each_change() => Check("""
        a 7 [000] 1.000000: cpu-clock: 
        	ffffffff815d2e66 f ([kernel.kallsyms])
        	           cf503 g (/x)
        	ffffffff815d2e66 f ([kernel.kallsyms])

        b 7 [000] 2.000000: cpu-clock: 
        	ffffffff815d2e66 f ([kernel.kallsyms])

        """, """
        1000000000 cpu0 -1/7 Sample 0 in kernel kernel: f([kernel]) user: g(x) kernel: f([kernel])
        2000000000 cpu0 -1/7 Sample 0 in kernel kernel: f([kernel])
        """);

    [Fact]
    public void A_chain_of_half_a_million_frames_is_read_whole()
    {
        const int Frames = 500_000;
        var text = new StringBuilder("a 7 [000] 1.000000: cpu-clock: \n");
        for (int i = 0; i < Frames; i++)
            text.Append("\tffffffff815d2e66 f ([kernel.kallsyms])\n");

        string line = Assert.Single(ToldEvents.Of(new PerfScriptReader(CorpusText.Source(text.ToString()))).Lines);
        Assert.Equal(Frames, line.Split("f([kernel])").Length - 1);
    }

    [Fact]
    public void Tracepoints_become_the_events_they_are() => Check("""
                perf 27846 [000]  2663.778036: sched:sched_waking: comm=migration/0 pid=18 prio=0 target_cpu=000
                perf 27846 [000]  2663.778043: sched:sched_switch: prev_comm=perf prev_pid=27846 prev_prio=120 prev_state=R+ ==> next_comm=migration/0 next_pid=18 next_prio=0
         migration/0    18 [000]  2663.778044: irq:softirq_raise: vec=3 [action=NET_RX]
         migration/0    18 [000]  2663.778045: irq:softirq_entry: vec=3 [action=NET_RX]
         migration/0    18 [000]  2663.778046: napi:napi_poll: napi poll on napi struct 00000000c49fd603 for device eth0 work 2 budget 64
         migration/0    18 [000]  2663.778047: napi:napi_poll: napi poll on napi struct 00000000c49fd603 for device (no_device) work 2 budget 64
         migration/0    18 [000]  2663.778048: irq:softirq_exit: vec=3 [action=NET_RX]
         migration/0    18 [000]  2663.778049: irq:irq_handler_entry: irq=24 name=virtio0-input.0
         migration/0    18 [000]  2663.778050: irq:irq_handler_exit: irq=24 ret=handled
         migration/0    18 [000]  2663.778051: irq_vectors:local_timer_entry: vector=236
         migration/0    18 [000]  2663.778052: irq_vectors:local_timer_exit: vector=236
         migration/0    18 [000]  2663.778053: raw_syscalls:sys_enter: NR 116 (10000, 7f8504878010, 0, 0, 0, 4135bdb87005f6ba)
         migration/0    18 [000]  2663.778054: raw_syscalls:sys_exit: NR 116 = 0
         migration/0    18 [000]  2663.778055: power:cpu_idle: state=1 cpu_id=0
         migration/0    18 [000]  2663.778056: power:cpu_idle: state=4294967295 cpu_id=0
         migration/0    18 [000]  2663.778057: workqueue:workqueue_execute_start: work struct 00000000a5b2c1d3: function vmstat_update
         migration/0    18 [000]  2663.778058: net:netif_receive_skb: dev=vx0 skbaddr=00000000eb1a5e02 len=84
         migration/0    18 [000]  2663.778059: sched:sched_wakeup: comm=a pid=7 prio=120 target_cpu=001
         migration/0    18 [000]  2663.778060: sched:sched_switch: prev_comm=a prev_pid=7 prev_prio=120 prev_state=S ==> next_comm=swapper/0 next_pid=0 next_prio=120
        """, """
        2663778036000 cpu0 -1/27846 SchedWaking 18 'migration/0' 0 on cpu0
        2663778043000 cpu0 -1/27846 SchedSwitch 'perf' 120 Preempted to 18 'migration/0' 0
        2663778044000 cpu0 -1/18 SoftirqRaise NET_RX
        2663778045000 cpu0 -1/18 SoftirqEntry NET_RX
        2663778046000 cpu0 -1/18 NapiPoll 'eth0' 2 of 64
        2663778047000 cpu0 -1/18 NapiPoll unknown 2 of 64
        2663778048000 cpu0 -1/18 SoftirqExit NET_RX
        2663778049000 cpu0 -1/18 HardirqEntry 24 'virtio0-input.0'
        2663778050000 cpu0 -1/18 HardirqExit 24 unknown
        2663778051000 cpu0 -1/18 VectorEntry 'local_timer'
        2663778052000 cpu0 -1/18 VectorExit 'local_timer'
        2663778053000 cpu0 -1/18 SyscallEnter 116
        2663778054000 cpu0 -1/18 SyscallExit 116
        2663778055000 cpu0 -1/18 CpuIdle 1
        2663778056000 cpu0 -1/18 CpuIdle -1
        2663778057000 cpu0 -1/18 WorkStart 'vmstat_update'
        2663778058000 cpu0 -1/18 Other
        2663778059000 cpu0 -1/18 SchedWakeup 7 'a' 120 on cpu1
        2663778060000 cpu0 -1/7 SchedSwitch 'a' 120 Gone to 0 'swapper/0' 120
        """);

    [Fact]
    public void A_comm_that_looks_like_its_tracepoint_is_still_a_comm() => Check(
        "  ==> next_comm= 25457 [001]  2575.189395: sched:sched_switch: prev_comm===> next_comm= prev_pid=25457 prev_prio=120 prev_state=S ==> next_comm=a prev_pid=1 next_pid=2 next_prio=120\n"
        + "  x 7 [001]  2575.189396: sched:sched_waking: comm=b pid=1 pid=77 prio=120 target_cpu=001\n",
        "2575189395000 cpu1 -1/25457 SchedSwitch '==> next_comm=' 120 Gone to 2 'a prev_pid=1' 120\n"
        + "2575189396000 cpu1 -1/7 SchedWaking 77 'b pid=1' 120 on cpu1");

    [Fact]
    public void A_newline_in_a_comm_breaks_neither_header_nor_payload()
    {
        var reader = Check(
            "            t\tab 25452 [001]  2575.189422: sched:sched_switch: prev_comm=t\tab prev_pid=25452 prev_prio=120 prev_state=S ==> next_comm=nl\n"
            + "inside next_pid=25451 next_prio=120\n"
            + "       nl\n"
            + "inside 25451 [001]  2575.189430: irq:softirq_raise: vec=3 [action=NET_RX]\n",
            "2575189422000 cpu1 -1/25452 SchedSwitch 't\tab' 120 Gone to 25451 'nl\ninside' 120\n"
            + "2575189430000 cpu1 -1/25451 SoftirqRaise NET_RX");
        Assert.Empty(Flaws(reader));
        Assert.Equal("nl\ninside", reader.Recording.Names.Text(reader.Recording.Tasks.Find(new Tid(25451), new KernelTime(2575189430000)).Comm));
    }

    [Fact]
    public void A_task_that_had_exited_is_unknown_and_its_sample_is_kept()
    {
        var reader = Check(":-1    -1 [000] 123.456000:    1001001 cpu-clock: \n\tffffffff821ed511 do_exit+0x71 ([kernel.kallsyms])\n\n",
            "123456000000 cpu0 -1/-1 Sample 0 in kernel kernel: do_exit([kernel])");
        Assert.Equal(0, reader.Recording.Tasks.Count);
    }

    [Fact]
    public void A_malformed_line_costs_that_line()
    {
        var reader = Check(
            "a 7 [001] 1.000000: irq:softirq_raise: vec=3 [action=NET_RX]\nthis is not a line of perf script\nb 8 [001] 1.000001: irq:softirq_entry: vec=? [action=NET_RX]\n"
            + "c 9 [001] 1.000002: irq:softirq_exit: vec=3 [action=NET_RX]\n",
            "1000000000 cpu1 -1/7 SoftirqRaise NET_RX\n1000001000 cpu1 -1/8 Other\n1000002000 cpu1 -1/9 SoftirqExit NET_RX");
        Assert.Equal(
            [
                "line 2, column 1: expected a record of perf script, found `this is not a line of perf script`; this line is left out",
                "line 3, column 44: this is not what SoftirqEntry prints; only when it was and who ran is kept",
            ], Flaws(reader));
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\n")]
    public void Line_ends_a_byte_order_mark_and_a_missing_last_blank_line_change_nothing(string newline) => Check(
        "\uFEFFa 7 [001] 1.000000: cpu-clock: " + newline + "\tffffffff821ed511 do_exit ([kernel.kallsyms])" + newline + newline
        + "b 8 [001] 1.000001: cpu-clock: " + newline + "\tffffffff821ed511 do_exit ([kernel.kallsyms])",
        "1000000000 cpu1 -1/7 Sample 0 in kernel kernel: do_exit([kernel])\n1000001000 cpu1 -1/8 Sample 0 in kernel kernel: do_exit([kernel])");

    [Fact]
    public void A_frame_that_is_cut_names_no_function()
    {
        var reader = Check("a 7 [001] 1.000000: cpu-clock: \n\tffffffff821ed511 do_exit ([kernel.kallsyms])\n\tffffffff821ed512 do_sys", """
            1000000000 cpu1 -1/7 Sample 0 in kernel kernel: do_exit([kernel])
            """);
        Assert.Equal(["line 3, column 24: the text ends within a line; this frame is left out"], Flaws(reader));
    }

    [Fact]
    public void The_head_tells_node_clock_and_events()
    {
        var reader = new PerfScriptReader(CorpusText.Source(CorpusText.Read("perf-script/samples-with-header.txt")));
        ToldEvents.Of(reader);
        var r = reader.Recording;
        Assert.Equal(("vm", "x86_64", 2), (r.Host, r.Architecture, r.CpusOnline));
        Assert.StartsWith("6.18.44", r.KernelRelease, StringComparison.Ordinal);
        Assert.StartsWith("/usr/bin/perf record -a -g -F 999 -e cpu-clock", r.CommandLine, StringComparison.Ordinal);
        Assert.Equal(new RecordingClock("CLOCK_MONOTONIC", (new KernelTime(2654_639281941), 1795404999_007448000)), r.Clock);
    }

    [Fact]
    public void An_event_that_the_head_names_counts_as_recorded_though_it_never_fired()
    {
        var reader = Check("""
            # event : name = cycles, , id = { 1 }, type = 1, size = 128, { sample_period, sample_freq } = 999, freq = 1, exclude_kernel = 1
            # event : name = irq:softirq_raise, , id = { 2 }, type = 2, size = 128, config = 0xdd, { sample_period, sample_freq } = 1
            a 7 [001] 1.000000: cycles: 
            """, "1000000000 cpu1 -1/7 Sample 0");
        Assert.True(reader.Recording.Kinds.Has(EventKind.SoftirqRaise));
        Assert.False(reader.Recording.Kinds.Has(EventKind.SoftirqEntry));
        // No PMU: perf counted the clock instead, whatever the name.
        Assert.Equal(new Sampler("cycles", new Elapsed(1_001_001), true, SeesAll: false), Assert.Single(reader.Recording.Samplers));
    }

    [Fact]
    public void What_the_show_options_add_tells_of_tasks_losses_switches_and_cgroups()
    {
        var reader = Check("""
            swapper     0 [000]     0.000000000: PERF_RECORD_COMM: kworker/0:0-eve:9/9
            a     9 [000]     1.000000000: PERF_RECORD_FORK(27762:27763):(9:9)
            a     9 [000]     1.000000000: PERF_RECORD_COMM exec: x:1:27762/27764
            a     9 [000]     1.000000000: PERF_RECORD_COMM: nl
            inside:27765/27765
            qemu-system-x86 26934 [000]  2834.268011: PERF_RECORD_LOST lost 5
            perf 29100 [000]  2834.560263: PERF_RECORD_SWITCH_CPU_WIDE OUT preempt  next pid/tid: 26919/26920
            perf 29100 [000]  2834.560263: PERF_RECORD_SWITCH_CPU_WIDE IN           prev pid/tid: 26919/26920
            swapper     0 [000]     0.000000000: PERF_RECORD_CGROUP cgroup: 57 /kubepods/pod7c97
            swapper     0 [000]     0.000000000: PERF_RECORD_NAMESPACES 1/1 - nr_namespaces: 7
            		[0/net: 0/0, 1/uts: 0/0, 2/ipc: 0/0, 3/pid: 0/0, 
            		 4/user: 0/0, 5/mnt: 0/0, 6/cgroup: 0/0]
            a 9 [000]  2834.560264: cpu-clock:  /kubepods/pod7c97
            """, """
            2834268011000 cpu0 -1/26934 Lost 5
            2834560263000 cpu0 -1/29100 SchedSwitch unknown -1 Runnable to 26920 unknown -1
            2834560264000 cpu0 -1/9 Sample 0
            """);
        var r = reader.Recording;
        string Name(int tid) => $"{r.Tasks.Find(new Tid(tid), new KernelTime(2_000_000_000)).Pid} {r.Names.Text(r.Tasks.Find(new Tid(tid), new KernelTime(2_000_000_000)).Comm)}";
        Assert.Equal(["9 kworker/0:0-eve", "27762 kworker/0:0-eve", "27762 x:1", "27765 nl\ninside"], [Name(9), Name(27763), Name(27764), Name(27765)]);
        Assert.Equal(5, r.LostRecords);
        Assert.Equal("/kubepods/pod7c97", r.Cgroups.PathOf(new CgroupId(57)));
        Assert.Empty(Flaws(reader));
    }

    [Fact]
    public void A_sample_on_its_header_s_line_has_a_chain_of_one() => Check("""
                 swapper     0 [000]  2654.707830:    1001001 cpu-clock:  ffffffff821f2c2b pv_native_safe_halt+0xb ([kernel.kallsyms])
         qemu-system-x86 26934 [001]  2654.708729:    1001001 cpu-clock:      565250398ea0 [unknown] (/usr/bin/qemu) ABI:2    SP:0x7f8106c4b958
        """, """
        2654707830000 cpu0 -1/0 Sample 0 in kernel kernel: pv_native_safe_halt([kernel])
        2654708729000 cpu1 -1/26934 Sample 0 user: ?(qemu)
        """);

    [Fact]
    public void Frames_without_names_keep_their_addresses() => Check("""
        swapper     0/0     [000]  2654.707830649: cpu-clock: 
        	ffffffff821f2c2b
        	ffffffff821f4735 [unknown] ([kernel.kallsyms])
        	    7f3a1234abcd

        """, """
        2654707830649 cpu0 0/0 Sample 0 in kernel kernel: 0xffffffff821f2c2b 0xffffffff821f4735([kernel]) user: 0x7f3a1234abcd
        """);

    [Fact]
    public void A_text_without_a_record_is_refused_with_the_way_out()
    {
        var reader = new PerfScriptReader(CorpusText.Source("# ========\nhello\n"));
        var e = Assert.Throws<UnreadableRecordingException>(() => ToldEvents.Of(reader));
        Assert.Equal("test holds no record of perf script with a time. Print it with: perf script --ns -F comm,pid,tid,cpu,time,event,ip,sym,dso,trace", e.Message);
    }

    [Theory]
    [InlineData("both-ns.txt", "samples 8 tracepoints 103 lost 0 flaws 0")]
    [InlineData("both-without-trace-ns.txt", "samples 3 tracepoints 46 lost 0 flaws 1")]
    [InlineData("samples-deltatime.txt", "samples 60 tracepoints 0 lost 0 flaws 1")]
    [InlineData("samples-hostile-comms.txt", "samples 41 tracepoints 0 lost 0 flaws 0")]
    [InlineData("samples-misc-tod-srcline-ns.txt", "samples 5 tracepoints 0 lost 0 flaws 0")]
    [InlineData("samples-no-dso-ns.txt", "samples 60 tracepoints 0 lost 0 flaws 0")]
    [InlineData("samples-no-symbols-ns.txt", "samples 60 tracepoints 0 lost 0 flaws 0")]
    [InlineData("samples-ns.txt", "samples 60 tracepoints 0 lost 0 flaws 0")]
    [InlineData("samples-symoff-dso-ns.txt", "samples 60 tracepoints 0 lost 0 flaws 0")]
    [InlineData("samples-task-events-ns.txt", "samples 5 tracepoints 0 lost 0 flaws 0")]
    [InlineData("samples-with-header.txt", "samples 12 tracepoints 0 lost 0 flaws 0")]
    [InlineData("samples-without-chain.txt", "samples 60 tracepoints 0 lost 0 flaws 0")]
    [InlineData("samples-without-cpu-ns.txt", "samples 7 tracepoints 0 lost 0 flaws 1")]
    [InlineData("samples-without-event-ns.txt", "samples 7 tracepoints 0 lost 0 flaws 0")]
    [InlineData("tracepoints-hostile-comms.txt", "samples 0 tracepoints 552 lost 0 flaws 0")]
    [InlineData("tracepoints-with-flags-and-address-ns.txt", "samples 0 tracepoints 80 lost 0 flaws 0")]
    public void Every_record_of_a_real_text_is_read(string file, string expected)
    {
        var reader = new PerfScriptReader(CorpusText.Source(CorpusText.Read("perf-script/" + file)));
        ToldEvents.Of(reader);
        var r = reader.Recording;
        Assert.Equal(expected, $"samples {r.SampleCount} tracepoints {r.TracepointCount} lost {r.LostRecords} flaws {r.Flaws.Count}");
    }

    [Theory]
    [InlineData("both-without-trace-ns.txt", "46 of 46 tracepoints were printed without what they tell (-F without trace); only when they were and who ran is kept of them")]
    [InlineData("samples-deltatime.txt", "the time goes back 18 times on one CPU (--deltatime, or texts put together); lengths of time cannot be told")]
    [InlineData("samples-without-cpu-ns.txt", "7 of 7 records name no CPU (recorded without -a or -C, or printed without -F cpu); who kept whom from running on which CPU cannot be told from them")]
    public void What_a_text_cannot_tell_is_said_once(string file, string expected)
    {
        var reader = new PerfScriptReader(CorpusText.Source(CorpusText.Read("perf-script/" + file)));
        ToldEvents.Of(reader);
        Assert.Equal([expected], Flaws(reader));
    }

    [Fact]
    public void Every_hostile_comm_is_read_as_it_was_set()
    {
        var reader = new PerfScriptReader(CorpusText.Source(CorpusText.Read("perf-script/tracepoints-hostile-comms.txt")));
        ToldEvents.Of(reader);
        var names = Enumerable.Range(1, reader.Recording.Names.Count).Select(i => Encoding.Latin1.GetString(reader.Recording.Names.Bytes(new NameId(i)))).ToHashSet();
        string[] set =
        [
            "a b 12 c", "x(y) [003] 1.5:", "nl\ninside", "t\tab", "\xc3\xa9t\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", "", "bad\xff\xfeutf8",
            "\x1b[31mred\x1b[0m", "==> next_comm=", "swapper/1", "<script>al</scr", ":1234", "123", "[001]", "a 123/456 [000]",
        ];
        Assert.All(set, name => Assert.Contains(name, names));
        Assert.DoesNotContain("inside", names);
        Assert.DoesNotContain("nl", names);
    }
}
