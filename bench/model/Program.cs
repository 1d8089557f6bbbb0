// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using NetStall.Model;
using NetStall.Simulation;

// netstall-bench [SECONDS]: simulates line rate on one core, and prints how much faster or slower than real time that is.
const long LineRate = 14_880_952;
var length = Elapsed.FromMilliseconds(args.Length > 0 ? (long)(double.Parse(args[0], CultureInfo.InvariantCulture) * 1000) : 1000);

var line = new ArrivalPattern.Constant(LineRate);
var random = new ArrivalPattern.Poisson(LineRate);
Case("constant, 1 us a packet: 1 in 15 is delivered", One(line, new Costs()));
Case("Poisson, 1 us a packet", One(random, new Costs()));
Case("constant, 200 ns a packet (dropped early)", One(line, new Costs { Packet = Spread.Nanoseconds(200) }));
Case("constant, 60 ns a packet: all are delivered", One(line, new Costs { Packet = Spread.Nanoseconds(60) }));
Case("Poisson, 50 ns a packet: all are delivered", One(random, new Costs { Packet = Spread.Nanoseconds(50) }));
Case("8 queues on 8 CPUs, constant, 300 ns a packet", Spread8(new Costs { Packet = Spread.Nanoseconds(300) }));

void Case(string name, Host host)
{
    double best = double.MaxValue;
    Outcome? outcome = null;
    for (int round = 0; round < 3; round++)
    {
        var clock = Stopwatch.StartNew();
        outcome = new ReceivePath(host, (ulong)round, length).Run();
        best = Math.Min(best, clock.Elapsed.TotalSeconds);
    }
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{name,-50} {outcome!.Arrived / best / 1e6,8:F1} M packets/s offered {outcome.Delivered / best / 1e6,7:F1} M/s delivered {length.Nanoseconds / 1e9 / best,7:F1} x real time"));
}

static Host One(ArrivalPattern pattern, Costs costs) => new()
{
    Kernel = KernelProfiles.Linux612,
    Cpus = [new HostCpu()],
    Costs = costs,
    Queues = [new RxQueue { Moderation = new Moderation.Throttle(Elapsed.FromMicroseconds(50)) }],
    Arrivals = [new Arrivals { Pattern = pattern }],
};

static Host Spread8(Costs costs) => new()
{
    Kernel = KernelProfiles.Linux612,
    Cpus = [.. Enumerable.Range(0, 8).Select(_ => new HostCpu())],
    Costs = costs,
    Queues = [.. Enumerable.Range(0, 8).Select(i => new RxQueue { Name = $"rx-{i}", Cpu = i })],
    Arrivals = [.. Enumerable.Range(0, 8).Select(i => new Arrivals { Queue = $"rx-{i}", Pattern = new ArrivalPattern.Constant(LineRate / 8) })],
};
