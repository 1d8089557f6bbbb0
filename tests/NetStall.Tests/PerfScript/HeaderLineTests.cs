// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using NetStall.PerfScript;
using Xunit;

namespace NetStall.Tests.PerfScript;

public class HeaderLineTests
{
    static string Show(string line)
    {
        if (!HeaderLine.TryRead(Encoding.UTF8.GetBytes(line), out var h))
            return "no header";
        static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes).Trim(' ');
        static string Number(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "-";
        return $"'{Text(h.Comm)}' {Number(h.Pid)}/{Number(h.Tid)} cpu {Number(h.Cpu)} {h.Nanoseconds} period {h.Period} '{Text(h.Event)}' <{Text(h.Payload)}>";
    }

    [Theory]
    // What is printed depends on -F; the order does not.
    [InlineData("swapper     0 [000]  2654.707830:    1001001 cpu-clock: ", "'swapper' -/0 cpu 0 2654707830000 period 1001001 'cpu-clock' <>")]
    [InlineData("swapper     0/0     [000]  2654.707830649: cpu-clock:", "'swapper' 0/0 cpu 0 2654707830649 period 0 'cpu-clock' <>")]
    [InlineData("perf   121     8.695916:    1001001 cycles:ppp: ", "'perf' -/121 cpu - 8695916000 period 1001001 'cycles:ppp' <>")]
    [InlineData("    0 [000]  2654.707830649: cpu-clock: ", "'' -/0 cpu 0 2654707830649 period 0 'cpu-clock' <>")]
    [InlineData("swapper  2654.707830649: cpu-clock: ", "'swapper' -/- cpu - 2654707830649 period 0 'cpu-clock' <>")]
    [InlineData(" 2654.707830649: cpu-clock: ", "'' -/- cpu - 2654707830649 period 0 'cpu-clock' <>")]
    [InlineData("swapper     0 [000]  2654.707830649: ", "'swapper' -/0 cpu 0 2654707830649 period 0 '' <>")]
    [InlineData("swapper     0/0     [000] K      2654.707830649:    1001001 cpu-clock: ", "'swapper' 0/0 cpu 0 2654707830649 period 1001001 'cpu-clock' <>")]
    [InlineData("swapper     0 [000] 2026-11-23 03:36:39.075996  2654.707830: cpu-clock: ", "'swapper' -/0 cpu 0 2654707830000 period 0 'cpu-clock' <>")]
    [InlineData("swapper     0 [000] 2026-11-23 03:36:39.075996708  2654.707830649: cpu-clock: ", "'swapper' -/0 cpu 0 2654707830649 period 0 'cpu-clock' <>")]
    [InlineData("x 7 [1023]  1.000000: cpu-clock/freq=999,call-graph=fp/: ", "'x' -/7 cpu 1023 1000000000 period 0 'cpu-clock/freq=999,call-graph=fp/' <>")]
    [InlineData("            perf 27806/27806 [000]  2657.444952579:          1 sched:sched_waking:        comm=a pid=16", "'perf' 27806/27806 cpu 0 2657444952579 period 1 'sched:sched_waking' <comm=a pid=16>")]
    [InlineData("             :-1    -1 [001]  2575.279118: sched:sched_waking: comm=y", "':-1' -/-1 cpu 1 2575279118000 period 0 'sched:sched_waking' <comm=y>")]
    [InlineData("swapper     0 [000]     0.000000000: PERF_RECORD_FORK(1:1):(0:0)", "'swapper' -/0 cpu 0 0 period 0 'PERF_RECORD_FORK' <(1:1):(0:0)>")]
    // comm is hostile.
    [InlineData("a b 12 c 25358 [001]  2570.786482:    1001001 cpu-clock: ", "'a b 12 c' -/25358 cpu 1 2570786482000 period 1001001 'cpu-clock' <>")]
    [InlineData("x(y) [003] 1.5: 25359 [001]  2570.789482:    1001001 cpu-clock: ", "'x(y) [003] 1.5:' -/25359 cpu 1 2570789482000 period 1001001 'cpu-clock' <>")]
    [InlineData("a 123/456 [000] 25372 [001]  2570.78:  2570.789482: e: ", "'a 123/456 [000] 25372 [001]  2570.78:' -/- cpu - 2570789482000 period 0 'e' <>")]
    [InlineData("a 123/456 [000] 25372 [001]  2570.786482: cpu-clock: ", "'a 123/456 [000]' -/25372 cpu 1 2570786482000 period 0 'cpu-clock' <>")]
    [InlineData("1 1.000000: e:   123 [001]  2.000000: cpu-clock: ", "'1 1.000000: e:' -/123 cpu 1 2000000000 period 0 'cpu-clock' <>")]
    [InlineData("1 1.000000: e:   123 [001]  2.000000: irq:softirq_entry: vec=3", "'1 1.000000: e:' -/123 cpu 1 2000000000 period 0 'irq:softirq_entry' <vec=3>")]
    [InlineData("   123 [001]  2.000000: sched:sched_waking: comm=1 1.000000: e: pid=3", "'' -/123 cpu 1 2000000000 period 0 'sched:sched_waking' <comm=1 1.000000: e: pid=3>")]
    [InlineData("[001] 25371 [001]  2570.786482: cpu-clock: ", "'[001]' -/25371 cpu 1 2570786482000 period 0 'cpu-clock' <>")]
    // And what is none.
    [InlineData("", "no header")]
    [InlineData("\tffffffff821f2c2b pv_native_safe_halt+0xb ([kernel.kallsyms])", "no header")]
    [InlineData("inside next_pid=25451 next_prio=120", "no header")]
    [InlineData("perf 121 [001] 8.69591: cpu-clock:", "no header")]
    [InlineData("perf 121 [001] 8.695916", "no header")]
    [InlineData("perf 121 [001] 99999999999999.695916: cpu-clock:", "no header")]
    public void A_header_is_read_from_its_ids_cpu_and_time(string line, string expected) => Assert.Equal(expected, Show(line));

    [Theory]
    [InlineData("\tffffffff821f2c2b pv_native_safe_halt+0xb ([kernel.kallsyms])", "ffffffff821f2c2b pv_native_safe_halt b [kernel.kallsyms] kernel")]
    [InlineData("\t          a6a524 [unknown] (/memfd:doublemapper (deleted))", "a6a524 [unknown] 0 /memfd:doublemapper (deleted) user")]
    [InlineData("\t            127f f(int (*)(char)) const+0x18f (/x/lib (1).so)", "127f f(int (*)(char)) const 18f /x/lib (1).so user")]
    [InlineData("\t            127f f+0x1 (/x/a)b)", "127f f 1 /x/a)b user")]
    [InlineData("\t            127f std::f(int)", "127f std::f(int) 0  user")]
    [InlineData("\t            127f inner (inlined)", "127f inner 0  user")]
    [InlineData("\t               0 [unknown] ([unknown])", "0 [unknown] 0  user")]
    [InlineData("\tffffffffc0200080 late+0x8 ([alpha])", "ffffffffc0200080 late 8 [alpha] kernel")]
    [InlineData("\tffffffffff600000 [unknown] ([vsyscall])", "ffffffffff600000 [unknown] 0 [vsyscall] user")]
    [InlineData("\t             a1b ext4_get+0x1 (/lib/modules/6.1/kernel/fs/ext4/ext4.ko.xz)", "a1b ext4_get 1 /lib/modules/6.1/kernel/fs/ext4/ext4.ko.xz kernel")]
    [InlineData("\tffffffff821f2c2b", "ffffffff821f2c2b  0  kernel")]
    [InlineData("\tffffffff821f2c2b do_idle", "ffffffff821f2c2b do_idle 0  kernel")]
    [InlineData("\tabc 123 [001]  2.000000: cpu-clock:", "no frame")]
    [InlineData("\t            nope [unknown] ([unknown])", "no frame")]
    [InlineData("\t", "no frame")]
    public void A_frame_is_cut_in_address_symbol_and_object(string line, string expected)
    {
        string shown = FrameLine.TryRead(Encoding.UTF8.GetBytes(line), out var f)
            ? $"{f.Address:x} {Encoding.UTF8.GetString(f.Symbol)} {f.Offset:x} {Encoding.UTF8.GetString(f.Object)} {(f.InKernel ? "kernel" : "user")}"
            : "no frame";
        Assert.Equal(expected, shown);
    }

    [Theory]
    [InlineData("sched:sched_switch", true)]
    [InlineData("probe_libc:malloc", true)]
    [InlineData("cycles:ppp", false)]
    [InlineData("cpu-clock:u", false)]
    [InlineData("cpu/event=0x3c,name=a:b/ppp", false)]
    [InlineData("cpu-clock", false)]
    public void A_tracepoint_has_a_system_before_its_name(string name, bool expected) =>
        Assert.Equal(expected, EventNames.IsTracepoint(Encoding.UTF8.GetBytes(name)));
}
