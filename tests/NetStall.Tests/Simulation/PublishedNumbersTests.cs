// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Simulation;
using Xunit;

namespace NetStall.Tests.Simulation;

/// <summary>What others have measured and published, simulated.</summary>
public sealed class PublishedNumbersTests
{
    // GitHub, 2019: pings every 10 ms through a tunnel to a pod, kernel 4.9, cadvisor reading memory.stat:
    // 99.3, 89.3, 79.2, 69.1, 59.1 ... ms, all answered at one moment by ksoftirqd; the two before them in cadvisor's context.
    [Fact]
    public void The_articles_sawtooth_falls_by_ten_milliseconds_a_ping()
    {
        var host = new Host
        {
            Kernel = KernelProfiles.Linux49,
            Queues = [new RxQueue { Moderation = new Moderation.Throttle(Elapsed.FromMicroseconds(50)) }],
            Arrivals = [new Arrivals { Pattern = new ArrivalPattern.Constant(100), Hops = 2, From = Elapsed.FromMilliseconds(3) }],
            Tasks =
            [
                new HostTask
                {
                    Name = "cadvisor",
                    Tid = 4242,
                    Program =
                    [
                        new TaskStep.Sleep(Spread.Milliseconds(290)),
                        new TaskStep.Call { Syscall = "read", Length = Spread.Milliseconds(130), Functions = ["vfs_read", "seq_read", "memory_stat_show"] },
                    ],
                },
                new HostTask { Name = "app", Program = [new TaskStep.Compute(Spread.Milliseconds(4)), new TaskStep.Sleep(Spread.Milliseconds(7))] },
            ],
        };
        var log = new PacketLog();
        new ReceivePath(host, 7, Elapsed.FromSeconds(2)) { Packets = log, IsChecked = true }.Run();

        int first = log.Delivered.FindIndex(d => d.Latency > Elapsed.FromMilliseconds(90));
        var run = log.Delivered.Skip(first).TakeWhile(d => d.Latency > Elapsed.FromMilliseconds(9)).ToList();
        Assert.InRange(run.Count, 9, 14);
        for (int i = 1; i < run.Count; i++)
            Assert.Equal(-10.0, (run[i].Latency - run[i - 1].Latency).Milliseconds, 0.2);
        Assert.True(run[^1].At - run[0].At < Elapsed.FromMicroseconds(200));
        Assert.All(run, d => Assert.NotEqual(4242, d.OnCpuOf.Value));
        // The ping before was still served by an interrupt on cadvisor's back.
        Assert.Equal((4242, true), (log.Delivered[first - 1].OnCpuOf.Value, log.Delivered[first - 1].Latency < Elapsed.FromMilliseconds(1)));
    }

    // Olsson's e1000, 2002 (Documentation/networking/NAPI_HOWTO.txt): a million packets a run; columns offered/s and forwarded/s.
    //   890,000 364,332    758,150 352,058    445,632 345,207    232,666 231,374    119,061 119,061    85,193 85,193
    [Fact]
    public void The_NAPI_HOWTOs_plateau_is_flat_and_its_interrupts_vanish()
    {
        int[] offered = [85_193, 119_061, 232_666, 445_632, 758_150, 890_000];
        var rows = offered.Select(Forwarding).ToList();

        for (int i = 0; i < 3; i++)
            Assert.Equal(1, rows[i].Throughput / offered[i], 0.02);
        for (int i = 3; i < 6; i++)
            Assert.InRange(rows[i].Throughput, 345_000, 366_000);
        // Interrupts a packet: 0.947, 0.873, 0.243, then 0.00005. That their packets came singly we do not know; Poisson is between.
        var ratios = rows.ConvertAll(r => r.Queues[0].InterruptsPerPacket);
        Assert.Equal(ratios.OrderDescending(), ratios);
        Assert.InRange(ratios[0], 0.5, 0.95);
        Assert.InRange(ratios[2], 0.1, 0.3);
        Assert.All(ratios[3..], r => Assert.True(r < 0.0005));
    }

    // Mogul and Ramakrishnan's shapes: without polling a reader on the same CPU starves as the load grows; with ksoftirqd and its gate it keeps its half.
    [Fact]
    public void A_reader_starves_without_Napi_and_keeps_its_share_with_ksoftirqd()
    {
        var rates = new[] { 20_000, 100_000, 300_000, 800_000 };
        var before = rates.Select(r => Reading(KernelProfiles.PreNapi, r)).ToList();
        var after = rates.Select(r => Reading(KernelProfiles.Linux61, r)).ToList();

        Assert.InRange(before[0], 19_000, 21_000);
        Assert.True(before[1] > before[0]);
        Assert.True(before[^1] < before.Max() / 10, string.Join(' ', before));
        Assert.True(after[^1] > after.Max() / 2, string.Join(' ', after));
    }

    static Outcome Forwarding(int rate) => Hosts.Run(
        new Host
        {
            Kernel = KernelProfiles.Linux49,
            Cpus = [new HostCpu()],
            Queues = [new RxQueue { Ring = 256 }],
            Costs = new Costs { Packet = Spread.Nanoseconds(2_730), Interrupt = Spread.Microseconds(2) },
            Arrivals = [new Arrivals { Pattern = new ArrivalPattern.Poisson(rate) }],
        },
        Elapsed.FromMilliseconds(120));

    static long Reading(KernelProfile kernel, int rate)
    {
        var host = new Host
        {
            Kernel = kernel,
            Cpus = [new HostCpu()],
            Costs = new Costs { Packet = Spread.Nanoseconds(2_500), Receive = Spread.Microseconds(1) },
            Receivers = [new Receiver { Name = "socket" }],
            Arrivals = [new Arrivals { Pattern = new ArrivalPattern.Poisson(rate), To = "socket" }],
            Tasks = [new HostTask { Name = "reader", Program = [new TaskStep.Receive("socket"), new TaskStep.Compute(Spread.Microseconds(1))] }],
        };
        return Hosts.Run(host, Elapsed.FromMilliseconds(100)).Flows[0].Read * 10;
    }
}
