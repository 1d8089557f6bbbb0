// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.PerfData.Writing;
using NetStall.Waits;
using Xunit;

namespace NetStall.Tests.PerfData;

/// <summary>What a flight recorder puts together from a ring that is written over and one that is emptied.</summary>
public sealed class FlightRecordTests
{
    static readonly RecordedSpec[] Events =
    [
        new(new PerfEventSpec { Name = "irq:softirq_raise", Type = 2, Config = 1, Period = 1, Raw = true }, [1]),
        new(new PerfEventSpec { Name = "cpu-clock", Type = 1, Config = 0, Period = 1, CallChain = true }, [2]),
    ];

    static readonly RecordTimes Times = new(Events);

    // header, identifier, [ip,] tid, time, cpu
    static byte[] Record(ulong id, long time)
    {
        byte[] body = [.. BitConverter.GetBytes(id), .. id == 2 ? BitConverter.GetBytes(0L) : [], .. BitConverter.GetBytes(0L), .. BitConverter.GetBytes(time), .. BitConverter.GetBytes(0L)];
        return [.. BitConverter.GetBytes(9), 0, 0, .. BitConverter.GetBytes((ushort)(8 + body.Length)), .. body];
    }

    static long TimeOf(ReadOnlySpan<byte> record) => Times.Of(record)!.Value.Nanoseconds;

    static List<long> TimesIn(ReadOnlySpan<byte> records)
    {
        var times = new List<long>();
        while (RecordTimes.SizeOf(records) is var size and > 0)
        {
            times.Add(TimeOf(records[..size]));
            records = records[size..];
        }
        return times;
    }

    [Fact]
    public void A_backward_ring_is_read_from_its_oldest_whole_record_on()
    {
        // | 30 | 20 | 10 | and the last bytes of 0, which 30 was written over
        byte[] ring = [.. Record(1, 30), .. Record(2, 20), .. Record(1, 10), .. Record(1, 0)[^20..]];

        Assert.Equal([10, 20, 30], BackwardRecords.Find(ring).Select(at => TimeOf(ring.AsSpan(at)[..RecordTimes.SizeOf(ring.AsSpan(at))])));
    }

    [Fact]
    public void A_ring_that_was_never_full_ends_in_zeros()
    {
        byte[] ring = [.. Record(1, 30), .. Record(2, 20), .. new byte[4096]];
        Assert.Equal(2, BackwardRecords.Find(ring).Count);
    }

    [Fact]
    public void Two_rings_become_one_order_of_time_within_the_window()
    {
        byte[] kept = [.. Record(2, 50), .. Record(2, 31), .. Record(2, 20), .. Record(2, 5)];
        byte[][] watched = [[.. Record(1, 8), .. Record(1, 19)], [.. Record(1, 30), .. Record(1, 32), .. Record(1, 60)]];

        Assert.Equal([19, 20, 30, 31, 32, 50], TimesIn(MergedRecords.Of(kept, watched, Times, new KernelTime(10), new KernelTime(55))));
    }

    static KernelEvent Tick(long milliseconds, int task) => KernelEvent.IrqVector(
        new EventHead(new KernelTime(milliseconds * 1_000_000), new CpuId(1), new Pid(task), new Tid(task)), EventKind.VectorEntry, default);

    //   tick in 7 .. tick in 7 ...................... tick in 7
    [Fact]
    public void A_tick_that_comes_late_in_the_same_task_is_a_silence()
    {
        var ticks = new TickSilence(Elapsed.FromMilliseconds(10));

        Assert.Null(ticks.OnTick(Tick(0, task: 7)));
        Assert.Null(ticks.OnTick(Tick(4, task: 7)));
        Assert.Equal(new LiveWait(new CpuId(1), new KernelTime(4_000_000), new KernelTime(34_000_000)), ticks.OnTick(Tick(34, task: 7)));
    }

    [Theory]
    [InlineData(7, 8)]
    [InlineData(0, 0)]
    public void A_cpu_that_idled_between_two_ticks_was_not_silent(int before, int after)
    {
        var ticks = new TickSilence(Elapsed.FromMilliseconds(10));
        ticks.OnTick(Tick(0, before));

        Assert.Null(ticks.OnTick(Tick(34, after)));
    }
}
