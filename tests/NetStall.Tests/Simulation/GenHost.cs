// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using NetStall.Model;
using NetStall.Simulation;

namespace NetStall.Tests.Simulation;

/// <summary>Hosts of every kind, for properties: any kernel, any preemption model, tasks that hold anything, interrupts, steals, steering, threads.</summary>
static class GenHost
{
    static readonly Gen<Spread> Short = Gen.Select(Gen.Long[0, 20_000], Gen.Int[0, 3], (ns, kind) => kind switch
    {
        0 => Spread.Nanoseconds(ns),
        1 => new Spread.Exponential(new Elapsed(ns + 1)),
        2 => new Spread.LogNormal(new Elapsed(ns + 1), 0.5),
        _ => new Spread.Uniform(Elapsed.Zero, new Elapsed(ns + 1)),
    });

    static readonly Gen<Spread> Long = Gen.Long[1_000, 8_000_000].Select(ns => (Spread)new Spread.LogNormal(new Elapsed(ns), 0.7));

    static readonly Gen<ArrivalPattern> Pattern = Gen.Select(Gen.Int[0, 3], Gen.Long[100, 700_000], (kind, rate) => kind switch
    {
        0 => new ArrivalPattern.Constant(rate),
        1 => new ArrivalPattern.OnOff(rate, rate / 50.0, Elapsed.FromMilliseconds(1), Elapsed.FromMilliseconds(3)),
        2 => new ArrivalPattern.Trains(rate / 20.0, 45, new Elapsed(300)),
        _ => (ArrivalPattern)new ArrivalPattern.Poisson(rate),
    });

    static readonly Gen<TaskStep> Step = Gen.Select(Gen.Int[0, 6], Long, Gen.Int[0, 3], (kind, length, holds) => kind switch
    {
        0 => new TaskStep.Compute(length),
        1 => new TaskStep.Sleep(length),
        2 => new TaskStep.Receive("socket"),
        3 => new TaskStep.SendLocal("socket", 3),
        _ => (TaskStep)new TaskStep.Call
        {
            Syscall = "read",
            Length = length,
            Holds = (Holding)holds,
            HoldFor = kind == 4 ? Spread.Microseconds(50) : null,
            LetGoFor = kind == 4 ? Spread.Microseconds(20) : null,
            CondResched = kind == 5 ? Spread.Microseconds(500) : null,
            MightSleep = Spread.Milliseconds(2),
        },
    });

    static readonly Gen<HostTask> Task = Gen.Select(Step.List[1, 4], Gen.Int[0, 1], Gen.Int[0, 4], Gen.Int[-5, 19], (steps, cpu, realtime, nice) => new HostTask
    {
        Name = "task",
        Cpu = cpu,
        Nice = nice,
        Realtime = realtime == 4 ? 10 : 0,
        Group = nice > 10 ? "group" : null,
        // Whoever does nothing but read an empty socket would take no time.
        Program = [new TaskStep.Compute(Spread.Microseconds(30)), .. steps],
    });

    static readonly Gen<RxQueue> Queue = Gen.Select(Gen.Int[0, 2], Gen.Int[32, 600], Gen.Int[0, 5], Gen.Bool, (moderation, ring, kind, fifo) => new RxQueue
    {
        Ring = ring,
        Fifo = fifo ? 40 : 0,
        Moderation = moderation switch
        {
            0 => new Moderation.Throttle(Elapsed.FromMicroseconds(50)),
            1 => new Moderation.Delay(Elapsed.FromMicroseconds(20), 16),
            _ => (Moderation)new Moderation.Off(),
        },
        Threaded = kind == 1,
        ThreadCpu = kind == 1 ? 1 : null,
        Rps = kind == 2 ? [1] : kind == 3 ? [0, 1] : [],
        RefillFails = kind == 4 ? [new Outage(Elapsed.FromMilliseconds(5), Elapsed.FromMilliseconds(3))] : [],
        Dma = kind != 5,
    });

    public static readonly Gen<Host> Any = Gen.Select(
        Gen.Int[0, KernelProfiles.All.Count - 1], Gen.Int[0, 4], Gen.Int[0, 2], Queue, Gen.Select(Pattern, Pattern), Gen.Select(Gen.Int[0, 2], Short), Task.List[0, 4], Gen.Select(Gen.Int[0, 7], Gen.Int[0, 3]),
        (kernel, preemption, hz, queue, patterns, packet, tasks, extra) => new Host
        {
            Kernel = KernelProfiles.All[kernel],
            Preemption = (PreemptionModel)preemption,
            Hz = hz switch { 0 => 100, 1 => 250, _ => 1000 },
            Queues = [queue],
            Costs = new Costs { Packet = packet.Item2 },
            Tunables = new Tunables
            {
                ThreadIrqs = extra.Item1 == 1,
                FlowLimit = extra.Item1 == 2,
                GroFlushTimeout = extra.Item1 == 3 ? Elapsed.FromMicroseconds(50) : Elapsed.Zero,
                DeferHardIrqs = 2,
                IrqTimeAccounting = extra.Item1 == 4,
                BudgetMicroseconds = extra.Item1 == 5 ? 4000 : null,
            },
            Receivers = [new Receiver { Name = "socket", Buffer = 50_000 }],
            Groups = [new TaskGroup("group", 300)],
            Arrivals =
            [
                new Arrivals { Name = "a", Pattern = patterns.Item1, Hops = packet.Item1, To = "socket" },
                new Arrivals { Name = "b", Pattern = patterns.Item2 },
            ],
            Tasks = tasks,
            Interrupts = extra.Item2 == 1
                ? [new DeviceInterrupt { Name = "disk", Every = new Spread.Exponential(Elapsed.FromMicroseconds(300)), Raises = SoftirqVector.Block, SoftirqLength = Spread.Microseconds(40) }]
                : [],
            Holds = extra.Item2 == 2 ? [new CpuHold { Every = new Spread.Exponential(Elapsed.FromMilliseconds(4)), Length = Spread.Milliseconds(1) }] : [],
            Cpus = extra.Item2 == 3
                ? [new HostCpu(), new HostCpu { TickPhase = Elapsed.FromMicroseconds(400), IdleStates = [new IdleState("C6", Elapsed.FromMicroseconds(133), Elapsed.Zero)] }]
                : [new HostCpu(), new HostCpu()],
        });
}
