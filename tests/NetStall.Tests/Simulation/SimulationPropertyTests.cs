// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using NetStall.Model;
using NetStall.Simulation;
using Xunit;

namespace NetStall.Tests.Simulation;

public sealed class SimulationPropertyTests
{
    static readonly Elapsed Length = Elapsed.FromMilliseconds(20);

    // Every step is checked too: SCHED, masks, bottom halves, overdue work, order within a queue, time and packets that add up.
    [Fact]
    public void Whatever_the_host_no_packet_and_no_nanosecond_is_lost() => GenHost.Any.Sample(
        host =>
        {
            var outcome = Hosts.Run(host, Length);
            long drops = Enumerable.Range(0, 4).Sum(r => outcome.Dropped((DropReason)r));
            return outcome.Arrived == outcome.Delivered + drops + outcome.Queued && outcome.Cpus.All(c => Enum.GetValues<CpuTime>().Sum(t => c.Of(t).Nanoseconds) == Length.Nanoseconds);
        },
        iter: 60, threads: 1, seed: "0000KDvLJfJ2");

    [Fact]
    public void The_same_seed_makes_the_same_events() => GenHost.Any.Sample(
        host => Print(host, 1) == Print(host, 1), iter: 15, threads: 1, seed: "0000KDvLJfJ2");

    [Fact]
    public void Another_seed_makes_other_events()
    {
        var host = new Host { Arrivals = [new Arrivals { Pattern = new ArrivalPattern.Poisson(10_000) }] };
        Assert.NotEqual(Print(host, 1), Print(host, 2));
    }

    [Fact]
    public void Being_watched_and_recorded_changes_nothing() => GenHost.Any.Sample(
        host =>
        {
            var alone = new ReceivePath(host, 1, Length).Run();
            var watched = new ReceivePath(host, 1, Length) { Packets = new PacketLog(), Times = new TimeLog(), IsChecked = true, Capture = new Capture { Interrupts = true, Syscalls = true, Idle = true } }.Run(new Fingerprint());
            return Figures(alone) == Figures(watched);
        },
        iter: 15, threads: 1, seed: "0000KDvLJfJ2");

    [Fact]
    public void What_is_counted_can_be_recounted_from_the_events() => GenHost.Any.Sample(
        host =>
        {
            var print = new Fingerprint();
            var outcome = new ReceivePath(host, 1, Length) { Capture = new Capture() }.Run(print);
            return outcome.Cpus.Sum(c => c.PolledPackets) == print.PolledPackets
                && outcome.Cpus.Sum(c => c.Polls) == print.Polls
                && outcome.Cpus.Sum(c => c.Switches) == print.Switches
                && Enumerable.Range(0, SoftirqVectors.Count).All(v => outcome.Cpus.Sum(c => c.Softirqs((SoftirqVector)v)) == print.Entries[v])
                && print.IsInOrder;
        },
        iter: 40, threads: 1, seed: "0000KDvLJfJ2");

    [Fact]
    public void What_a_CPU_does_lasts_without_a_gap() => GenHost.Any.Sample(
        host =>
        {
            var log = new TimeLog();
            new ReceivePath(host, 1, Length) { Times = log }.Run();
            return log.IsWithoutGaps;
        },
        iter: 20, threads: 1, seed: "0000KDvLJfJ2");

    static ulong Print(Host host, ulong seed)
    {
        var print = new Fingerprint();
        new ReceivePath(host, seed, Length) { Capture = new Capture { Interrupts = true, Syscalls = true, SampleRate = 999 } }.Run(print);
        return print.Hash;
    }

    static string Figures(Outcome outcome) =>
        $"{outcome.Delivered} {outcome.Queued} {string.Join(' ', outcome.Cpus.Select(c => $"{c.Processed} {c.Switches} {c.Interrupts} {c.Of(CpuTime.Softirq)}"))} {outcome.Flows[0].Latency.MeanNanoseconds}";

    sealed class Fingerprint : IEventSink
    {
        readonly Dictionary<int, KernelTime> _last = [];

        public ulong Hash { get; private set; } = 14695981039346656037;
        public long PolledPackets { get; private set; }
        public long Polls { get; private set; }
        public long Switches { get; private set; }
        public long[] Entries { get; } = new long[SoftirqVectors.Count];
        public bool IsInOrder { get; private set; } = true;

        public void Accept(in KernelEvent e, ReadOnlySpan<ulong> chain)
        {
            IsInOrder &= !_last.TryGetValue(e.Cpu.Value, out var last) || last <= e.Time;
            _last[e.Cpu.Value] = e.Time;
            Mix((ulong)e.Time.Nanoseconds);
            Mix((ulong)e.Kind << 32 | (uint)e.Tid.Value);
            Mix((ulong)e.Flags << 32 | (uint)e.Work);
            foreach (ulong frame in chain)
                Mix(frame);
            switch (e.Kind)
            {
                case EventKind.NapiPoll:
                    Polls++;
                    PolledPackets += e.Work;
                    break;
                case EventKind.SchedSwitch:
                    Switches++;
                    break;
                case EventKind.SoftirqEntry:
                    Entries[(int)e.Vector]++;
                    break;
            }
        }

        void Mix(ulong value) => Hash = (Hash ^ value) * 1099511628211 ^ (Hash >> 29);
    }
}
