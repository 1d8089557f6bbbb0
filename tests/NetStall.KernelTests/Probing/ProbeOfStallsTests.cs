// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using NetStall.Linux.Lab;
using NetStall.Linux.Lab.Stalls;
using NetStall.Linux.Probing;
using NetStall.Model;
using NetStall.Probing;
using Xunit;

namespace NetStall.KernelTests.Probing;

/// <summary>
/// Probes of a host in a namespace whose packets one CPU receives, while that CPU's bottom halves are held off for a known time. The prober may use
/// another CPU only, and watches that one.
/// </summary>
public sealed class ProbeOfStallsTests
{
    static readonly (CpuId Receiving, CpuId Sending) Cpus = LabCpus.Choose(null);

    // The router's near side.
    static readonly IPAddress Peer = IPAddress.Parse("10.77.1.2");
    static readonly Elapsed Interval = Elapsed.FromMilliseconds(10);

    static ProbeReport Probe(ThreeHosts hosts, Elapsed threshold, Action meanwhile)
    {
        var plan = new ProbePlan(ProbeTransport.Icmp, null, 1, Interval, threshold);
        var run = new ProbeRun(new ProbeTarget("peer", Peer.ToString()), Peer, plan, Elapsed.FromSeconds(120)) { Cpus = [Cpus.Sending] };
        // Threads made there are in that namespace too.
        var prober = OnThread(() => hosts.A.Run(() => run.Run()));
        // What is usual has to be known first.
        Thread.Sleep(1000);
        try
        {
            meanwhile();
            Thread.Sleep(500);
        }
        finally
        {
            run.Stop();
        }
        return prober.GetAwaiter().GetResult();
    }

    static Task<T> OnThread<T>(Func<T> work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    static List<StallShot> Shoot(CpuId cpu, params IEnumerable<long> milliseconds) => OnThread(() =>
    {
        AllowedCpus.Pin(cpu);
        var shots = new List<StallShot>();
        foreach (long length in milliseconds)
        {
            using var stall = new BottomHalvesStall(Elapsed.FromMilliseconds(length));
            stall.WarmUp();
            // No multiple of the interval, so that every phase comes.
            Thread.Sleep(233);
            if (stall.Shoot() is { } shot)
                shots.Add(shot);
        }
        return shots;
    }).GetAwaiter().GetResult();

    static ProbeStall? Of(StallShot shot, ProbeReport report) =>
        report.Stalls.FirstOrDefault(s => s.Begin < shot.Begin + shot.Length && s.End > shot.Begin);

    [Fact]
    public void Stalls_of_three_intervals_and_more_are_found_with_begin_and_end_within_one()
    {
        using var hosts = ThreeHosts.Build(Steering.Softirq, Cpus.Receiving);
        List<StallShot> shots = [];
        var report = Probe(hosts, Elapsed.FromMilliseconds(30), () =>
            shots = Shoot(Cpus.Receiving, Enumerable.Range(0, 32).Select(i => 31L + i * 69 / 31)));

        var errors = shots.Select(s => (Shot: s, Seen: Of(s, report))).Where(p => p.Seen is not null)
            .Select(p => (Begin: (p.Seen!.Begin - p.Shot.Begin).Milliseconds, End: (p.Seen.End - (p.Shot.Begin + p.Shot.Length)).Milliseconds)).ToList();
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{errors.Count} of {shots.Count} found; begin off by {errors.Select(e => Math.Abs(e.Begin)).DefaultIfEmpty().Max():F2} ms at most, end by {errors.Select(e => Math.Abs(e.End)).DefaultIfEmpty().Max():F3}"));
        // The hypervisor may take the prober's CPU away in the midst of one: then it is withheld, and rightly.
        Assert.InRange(errors.Count, shots.Count - 2, shots.Count);
        Assert.InRange(errors.Count(e => Math.Abs(e.Begin) <= 10 && Math.Abs(e.End) <= 10), errors.Count - 1, errors.Count);
        Assert.InRange(errors.Select(e => Math.Abs(e.End)).Order().ElementAt(errors.Count / 2), 0, 1);
    }

    [Fact]
    public void Stalls_of_the_probers_own_cpu_are_not_the_peers()
    {
        using var hosts = ThreeHosts.Build(Steering.Softirq, Cpus.Receiving);
        List<StallShot> shots = [];
        var report = Probe(hosts, Elapsed.FromMilliseconds(30), () => shots = Shoot(Cpus.Sending, Enumerable.Repeat(60L, 10)));

        Assert.All(shots, shot => Assert.Null(Of(shot, report)));
        Assert.InRange(report.Unsent.Milliseconds, 10 * 40, 10 * 90);
    }

    [Theory]
    [InlineData("--icmp")]
    [InlineData("--tcp", "9")]
    public void A_prober_that_was_stopped_tells_its_own_pause_and_no_stall(params string[] transport)
    {
        using var hosts = ThreeHosts.Build(Steering.Softirq, Cpus.Receiving);
        using var prober = hosts.A.Run(() =>
        {
            AllowedCpus.Pin(Cpus.Sending);
            var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "netstall"), ["probe", Peer.ToString(), .. transport, "--duration", "4s", "--format", "json"])
            {
                RedirectStandardOutput = true,
            };
            return Process.Start(start)!;
        });
        var output = prober.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Thread.Sleep(1500);
        var stops = new List<(KernelTime From, KernelTime To)>();
        foreach (int milliseconds in (int[])[60, 150, 300])
        {
            var from = ProbeClock.Now();
            Signal(prober, "-STOP");
            Thread.Sleep(milliseconds);
            Signal(prober, "-CONT");
            stops.Add((from, ProbeClock.Now()));
            Thread.Sleep(300);
        }
        prober.WaitForExit();
        var report = JsonDocument.Parse(output.GetAwaiter().GetResult()).RootElement;

        // The hypervisor may have taken the receiving CPU at another time.
        var seen = report.GetProperty("stalls").EnumerateArray()
            .Select(s => (From: new KernelTime(s.GetProperty("beginNs").GetInt64()), To: new KernelTime(s.GetProperty("endNs").GetInt64())));
        Assert.DoesNotContain(seen, s => stops.Exists(stop => s.From < stop.To && s.To > stop.From));
        Assert.InRange(report.GetProperty("own").GetProperty("worstMs").GetDouble(), 290, 2000);
    }

    static void Signal(Process process, string signal)
    {
        using var kill = Process.Start("kill", [signal, process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }
}
