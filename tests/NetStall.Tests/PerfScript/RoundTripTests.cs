// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using CsCheck;
using NetStall.Model;
using NetStall.PerfScript;
using NetStall.Tests.Texts;
using Xunit;

namespace NetStall.Tests.PerfScript;

/// <summary>Events printed in perf's grammar, with comms chosen to mislead, come back as they were.</summary>
public class RoundTripTests
{
    // Any byte but NUL may stand in a comm. Left out: \r, which before a newline is a line end, and newlines that would
    // make an empty line, which ends a record.
    static readonly Gen<string> _comm = Gen.OneOf(
        Gen.OneOf("[001]", "1.000000:", " 12 ", ":", "-1", "/", "==> ", "pid=1", " prev_pid=1", "e: ", "\t", "\n", "é", "(", ")", "<", "#", "swapper/0", "a", "b c", "K")
            .Array[0, 5].Select(string.Concat),
        Gen.Char[(char)1, (char)126].Array[0, 15].Select(c => new string(c)))
        .Select(Fit);

    static string Fit(string comm)
    {
        comm = comm.Replace("\r", "", StringComparison.Ordinal);
        while (Encoding.UTF8.GetByteCount(comm) > 15)
            comm = comm[..^1];
        while (comm.Contains("\n\n", StringComparison.Ordinal))
            comm = comm.Replace("\n\n", "\n", StringComparison.Ordinal);
        return comm.Trim('\n');
    }

    sealed record Thing(int What, string Comm, int Tid, string Other, int OtherTid, long Step);

    static readonly Gen<Thing[]> _things = Gen.Select(Gen.Int[0, 3], _comm, _comm, Gen.Long[0, 2_000_000_000], (what, comm, other, step) => (what, comm, other, step))
        .Array[1, 20].Select(all => all.Select((t, i) => new Thing(t.what, t.comm, 100_000 + 2 * i, t.other, 100_001 + 2 * i, t.step)).ToArray());

    static string Print(Thing[] things, bool withPid)
    {
        // As in every real text, some record comes before one that means to mislead, and shows which columns there are.
        var text = new StringBuilder("            perf 99999 [000]     4.000000000: irq:softirq_raise: vec=1 [action=TIMER]\n");
        long time = 5_000_000_000;
        foreach (var t in things)
        {
            time += t.Step;
            string when = string.Create(CultureInfo.InvariantCulture, $"{time / 1_000_000_000,5}.{time % 1_000_000_000:D9}");
            string ids = withPid
                ? string.Create(CultureInfo.InvariantCulture, $"{t.Tid,7}/{t.Tid,-7}")
                : string.Create(CultureInfo.InvariantCulture, $"{t.Tid,7}");
            int width = 16 - (Encoding.UTF8.GetByteCount(t.Comm) - t.Comm.Length);
            string padded = t.Comm.PadLeft(Math.Max(width, 0));
            text.Append(t.What switch
            {
                0 => $"{t.Comm} {ids} [001] {when}:    1001001 cpu-clock: \n\tffffffff821f2c2b do_idle+0x5 ([kernel.kallsyms])\n\t            127f main (/x)\n\n",
                1 => $"{padded} {ids} [001] {when}: sched:sched_switch: prev_comm={t.Comm} prev_pid={t.Tid} prev_prio=120 prev_state=R+ ==> next_comm={t.Other} next_pid={t.OtherTid} next_prio=98\n",
                2 => $"{padded} {ids} [001] {when}: sched:sched_waking: comm={t.Other} pid={t.OtherTid} prio=120 target_cpu=003\n",
                _ => $"{padded} {ids} [001] {when}:   irq:softirq_entry: vec=3 [action=NET_RX]\n",
            });
        }
        return text.ToString();
    }

    static string Expected(Thing[] things, bool withPid)
    {
        var lines = new List<string> { "4000000000 cpu0 -1/99999 SoftirqRaise TIMER" };
        long time = 5_000_000_000;
        foreach (var t in things)
        {
            time += t.Step;
            string head = string.Create(CultureInfo.InvariantCulture, $"{time} cpu1 {(withPid ? t.Tid : -1)}/{t.Tid} ");
            string comm = t.Comm.Trim(' '), other = t.Other.Trim(' ');
            lines.Add(head + t.What switch
            {
                0 => "Sample 0 in kernel kernel: do_idle([kernel]) user: main(x)",
                1 => $"SchedSwitch '{comm}' 120 Preempted to {t.OtherTid} '{other}' 98",
                2 => $"SchedWaking {t.OtherTid} '{other}' 120 on cpu3",
                _ => "SoftirqEntry NET_RX",
            });
        }
        return string.Join("\n", lines);
    }

    [Fact]
    public void Whatever_tasks_call_themselves_their_events_come_back() => Gen.Select(_things, Gen.Bool).Sample((things, withPid) =>
    {
        var reader = new PerfScriptReader(CorpusText.Source(Print(things, withPid)));
        var told = ToldEvents.Of(reader);
        Assert.Equal(Expected(things, withPid), told.ToString());
        Assert.Empty(reader.Recording.Flaws.First);
        foreach (var t in things)
        {
            string comm = t.Comm.Trim(' ');
            string? read = reader.Recording.Names.Text(reader.Recording.Tasks.Find(new Tid(t.Tid), new KernelTime(long.MaxValue)).Comm);
            // An empty comm in a header is no comm: only a payload can tell that a task emptied it.
            Assert.Equal(comm, read ?? "");
        }
    }, iter: 3000);
}
