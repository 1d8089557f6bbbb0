// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using NetStall.Model;
using NetStall.Tests.Drawings;
using NetStall.Verdicts;
using Xunit;

namespace NetStall.Tests.Verdicts;

/// <summary>What must not change a verdict: the clock's zero, the CPUs' numbers, neighbours, how CPUs interleave, a lower threshold.</summary>
public class MetamorphicTests
{
    const string TwoCpus =
        """
        each column 1ms   01234567890123456789012345678901
        cpu0 running      bbbbbbbbbbbbbbbbbbBBBBBBBBBBBBbb
        cpu0 NET_RX       .r.......s=........r.........s=.
        cpu0 TIMER        ..r.s=....r.s=........r.........
        cpu0 ticks        t...t...t...t...t...t...t...t...
        cpu0 flags        ..................bbbbbbbbbbb...
        cpu0 samples      ||||||||||||||||||wwwwwwwwwwww||
        cpu1 running      aaAAAAAAAAAAAAAAAAAAAAAAAAAkkaaa
        cpu1 NET_RX       ....r......................s=...
        cpu1 waking       ....k...........................
        cpu1 ticks        ..t...t...t...t...t...t...t...t.
        cpu1 flags        ....NNNNNNNNNNNNNNNNNNNNNNN.....
        cpu1 samples      ||ggggggggggggggggggggggggg|||||
        stack g = entry_SYSCALL_64_after_hwframe do_syscall_64 __x64_sys_setgroups groups_sort
        stack w = entry_SYSCALL_64_after_hwframe do_syscall_64 __x64_sys_bpf bpf_test_run
        samples every 1ms
        """;

    const string Bystander =
        """
        cpu5 running      cccccddddd..........cccccccccccc
        cpu5 NET_RX       ..r.s=.....r.s=..............r.s
        cpu5 samples      ||||||||||||||||||||||||||||||||
        """;

    const string Expected =
        """
        cpu1 waited 23.000 ms from 4.000 ms: syscall-blocks-ksoftirqd, High, a in setgroups held 23.000 ms
        cpu0 waited 10.000 ms from 19.000 ms: bottom-halves-off, High, b in bpf held 10.000 ms
        """;

    static string Said(Drawing drawing, IEnumerable<DrawnEvent> events, Elapsed shift = default) =>
        Judged.Text(Judged.Report(drawing, events), origin: Drawing.Origin + shift);

    [Fact]
    public void The_drawing_has_a_stall_on_each_cpu() => Judged.Check(TwoCpus, Expected);

    [Fact]
    public void The_clock_s_zero_does_not_matter() => Gen.Long[-999_000_000, 4_000_000_000_000_000_000].Sample(nanoseconds =>
    {
        var drawing = Drawing.Of(TwoCpus);
        var shift = new Elapsed(nanoseconds);
        var shifted = drawing.Events.Select(e => e with { Event = e.Event.At(e.Event.Time + shift) });
        return Said(drawing, shifted, shift) == Expected;
    }, iter: 200);

    [Fact]
    public void The_numbers_of_the_cpus_do_not_matter()
    {
        string renamed = TwoCpus.Replace("cpu0", "cpu7", StringComparison.Ordinal).Replace("cpu1", "cpu4000", StringComparison.Ordinal);
        string expected = Expected.Replace("cpu0", "cpu7", StringComparison.Ordinal).Replace("cpu1", "cpu4000", StringComparison.Ordinal);
        Judged.Check(renamed, expected);
    }

    [Fact]
    public void A_neighbour_s_events_do_not_matter() => Judged.Check(TwoCpus + "\n" + Bystander, Expected);

    [Fact]
    public void A_lower_threshold_leaves_the_long_stalls_as_they_are()
    {
        var low = Judged.Report(Drawing.Of(TwoCpus + "\nthreshold 5ms"));
        var ten = Elapsed.FromMilliseconds(10);
        Assert.Equal(3, low.Stalls.Count);
        Assert.Equal(Expected, Judged.Text(low with { Stalls = [.. low.Stalls.Where(s => s.Wait.Length >= ten)] }));
    }

    // Within a CPU the order stays; which CPU's ring is emptied first is chance.
    [Fact]
    public void How_the_cpus_interleave_does_not_matter() => Gen.Bool.Array[400].Sample(turns =>
    {
        var drawing = Drawing.Of(TwoCpus + "\n" + Bystander);
        var queues = drawing.Events.GroupBy(e => e.Event.Cpu).Select(g => new Queue<DrawnEvent>(g)).ToList();
        var mixed = new List<DrawnEvent>();
        for (int turn = 0; queues.Count > 0; turn++)
        {
            int at = turns[turn % turns.Length] ? 0 : queues.Count - 1;
            mixed.Add(queues[at].Dequeue());
            queues.RemoveAll(q => q.Count == 0);
        }
        return Said(drawing, mixed) == Expected;
    }, iter: 500);

    [Fact]
    public void Asked_for_one_cpu_only_that_cpu_s_stalls_are_told()
    {
        var drawing = Drawing.Of(TwoCpus);
        var diagnosis = new Diagnosis(drawing.Recording, DiagnosisOptions.Default with { Cpus = new HashSet<CpuId> { new(0) } });
        foreach (var (e, chain) in drawing.Events)
            diagnosis.Accept(e, chain);
        Assert.Equal(Expected.Split('\n')[1], Judged.Text(diagnosis.Conclude()));
    }
}
