// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using NetStall.Model;
using NetStall.Ordering;
using NetStall.Recordings;
using NetStall.Tests.PerfData;
using Xunit;

namespace NetStall.Tests.Ordering;

public sealed class TimeOrderTests
{
    static KernelEvent At(long time, int cpu = 0) => KernelEvent.Other(new EventHead(new KernelTime(time), new CpuId(cpu), new Pid(1), new Tid(1)));

    static void Feed(IEventSink door, string drawing)
    {
        foreach (string word in drawing.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (word == "|")
                door.RoundFinished();
            else
                door.Accept(At(long.Parse(word, System.Globalization.CultureInfo.InvariantCulture)), [ulong.Parse(word, System.Globalization.CultureInfo.InvariantCulture)]);
        }
    }

    [Fact]
    public void What_the_round_before_last_had_seen_may_go_on()
    {
        var seen = new Seen(new Recording("test"));
        var order = new TimeOrder(seen);
        var door = order.AddInput(isOrdered: false);

        // cpu0 then cpu1 in each round: the newest of the first is 7, so after the second nothing older than 7 can come.
        Feed(door, "1 4 5  2 3 7 |");
        Assert.Empty(seen.Times);
        Feed(door, "6 8  8 9 |");
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], seen.Times);
        Feed(door, "10 |");
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 8, 9], seen.Times);
        order.Finish();
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 8, 9, 10], seen.Times);
        Assert.Equal(0, order.Late);
    }

    [Fact]
    public void Two_recordings_wait_for_each_other()
    {
        var seen = new Seen(new Recording("test"));
        var order = new TimeOrder(seen);
        var first = order.AddInput(isOrdered: true);
        var second = order.AddInput(isOrdered: true);

        Feed(first, "1 3 5");
        Feed(second, "2 4");
        first.RoundFinished();
        first.Finish();
        second.Finish();
        Assert.Equal([1, 2, 3, 4, 5], seen.Times);
    }

    // A file without rounds is held whole while another's rounds pass beneath it.
    [Fact]
    public void Many_rounds_beneath_many_later_events_come_first_and_in_order()
    {
        const int Later = 300_000, Rounds = 20_000;
        var seen = new Seen(new Recording("test"));
        var order = new TimeOrder(seen);
        var (late, early) = (order.AddInput(isOrdered: false), order.AddInput(isOrdered: false));
        for (int i = 0; i < Later; i++)
            late.Accept(At(1_000_000 + i), default);
        late.Finish();
        for (int i = 0; i < Rounds; i++)
        {
            early.Accept(At(i), default);
            early.RoundFinished();
        }
        early.Finish();
        order.Finish();

        Assert.Equal([.. Enumerable.Range(0, Rounds).Concat(Enumerable.Range(1_000_000, Later)).Select(t => (long)t)], seen.Times);
        Assert.Equal(0, order.Late);
    }

    [Fact]
    public void Events_of_one_time_keep_the_order_in_which_they_came()
    {
        var seen = new Seen(new Recording("test"));
        var order = new TimeOrder(seen);
        var door = order.AddInput(isOrdered: false);
        foreach (int cpu in (int[])[3, 1, 2])
            door.Accept(At(5, cpu), default);
        order.Finish();
        Assert.Equal([3, 1, 2], seen.Events.Select(e => e.Event.Cpu.Value));
    }

    [Fact]
    public void Of_events_of_one_time_in_a_ring_that_runs_backward_the_later_one_came_first()
    {
        var seen = new Seen(new Recording("test"));
        var order = new TimeOrder(seen);
        var door = order.AddInput(isOrdered: false, isBackward: true);
        foreach (var (time, tag) in ((long, int)[])[(9, 4), (5, 3), (5, 2), (1, 1)])
            door.Accept(At(time, tag), default);
        order.Finish();
        Assert.Equal([1, 2, 3, 4], seen.Events.Select(e => e.Event.Cpu.Value));
    }

    [Fact]
    public void Ordering_loses_nothing_never_goes_back_and_keeps_each_chain_with_its_event() =>
        Gen.Long[0, 50].Array[0, 20].Array[1, 6].Array[1, 12].Sample(rounds =>
        {
            var seen = new Seen(new Recording("test"));
            var order = new TimeOrder(seen);
            var door = order.AddInput(isOrdered: false);
            long round = 0;
            int fed = 0;
            // Rounds as perf makes them: what a later round brings is not older than the round before the last.
            foreach (var rings in rounds)
            {
                foreach (var ring in rings)
                {
                    foreach (long time in ring.Order())
                    {
                        long at = round * 50 + time;
                        door.Accept(At(at), [(ulong)at, 1, 2]);
                        fed++;
                    }
                }
                door.RoundFinished();
                round++;
            }
            order.Finish();
            return seen.Events.Count == fed && order.Late == 0
                && seen.Times.SequenceEqual(seen.Times.Order())
                && seen.Events.All(e => e.Chain.Length == 3 && e.Chain[0] == (ulong)e.Event.Time.Nanoseconds);
        });
}
