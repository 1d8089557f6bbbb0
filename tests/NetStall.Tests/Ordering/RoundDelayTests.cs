// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using NetStall.Model;
using NetStall.Ordering;
using NetStall.PerfData;
using NetStall.Recordings;
using NetStall.Tests.PerfData;
using Xunit;
using static NetStall.Tests.PerfData.PerfDataBuilder;

namespace NetStall.Tests.Ordering;

public sealed class RoundDelayTests
{
    static KernelEvent At(long time) => KernelEvent.Other(new EventHead(new KernelTime(time), new CpuId(0), new Pid(1), new Tid(1)));

    [Fact]
    public void A_round_goes_on_when_the_next_one_is_over()
    {
        var seen = new Seen(new Recording("test"));
        var delay = new RoundDelay(seen);
        delay.Accept(At(2), [2]);
        delay.Accept(At(1), [1, 1]);
        delay.RoundFinished();
        Assert.Empty(seen.Events);
        delay.Accept(At(3), []);
        delay.RoundFinished();
        Assert.Equal([2, 1], seen.Times);
        delay.Finish();
        Assert.Equal([2, 1, 3], seen.Times);
    }

    [Fact]
    public void What_comes_without_rounds_is_not_held_for_ever()
    {
        var seen = new Seen(new Recording("test"));
        var delay = new RoundDelay(seen);
        for (int i = 0; i < 1_200_000; i++)
            delay.Accept(At(i), []);
        Assert.InRange(seen.Events.Count, 500_000, 1_199_999);
        delay.Finish();
        Assert.Equal(1_200_000, seen.Events.Count);
    }

    [Fact]
    public void Nothing_is_lost_and_nothing_changes_its_place_or_its_chain() =>
        Gen.Long[-1, 50].Array[0, 200].Sample(times =>
        {
            var seen = new Seen(new Recording("test"));
            var delay = new RoundDelay(seen);
            foreach (long time in times)
            {
                // -1: the round is over.
                if (time < 0)
                    delay.RoundFinished();
                else
                    delay.Accept(At(time), new ulong[time]);
            }
            delay.Finish();
            return seen.Times.SequenceEqual(times.Where(t => t >= 0)) && seen.Events.All(e => e.Chain.Length == e.Event.Time.Nanoseconds);
        });

    [Fact]
    public void A_name_from_another_cpus_ring_is_known_when_the_sample_goes_on()
    {
        // cpu1 named the task at 10, before it ran on cpu0 at 20; cpu0's ring is read first.
        var reader = new PerfDataReader(new MemoryBytes("test.data", new PerfDataBuilder().CpuClock()
            .Record(3, 0, U32(50), U32(50), Padded("bash", 16), Trailer(0))
            .Sample(20, tid: 50, cpu: 0)
            .Record(3, 1 << 13, U32(50), U32(50), Padded("exact", 16), Trailer(10, tid: 50, cpu: 1))
            .Record(68, 0).Build()));
        var names = new NamesWhenSeen(reader.Recording);
        var delay = new RoundDelay(names);
        reader.ReadTo(delay);
        delay.Finish();

        Assert.Equal("exact", Assert.Single(names.Seen));
    }

    sealed class NamesWhenSeen(Recording recording) : IEventSink
    {
        public List<string?> Seen { get; } = [];

        public void Accept(in KernelEvent e, ReadOnlySpan<ulong> chain) => Seen.Add(recording.Names.Text(recording.Tasks.Find(e.Tid, e.Time).Comm));
    }
}
