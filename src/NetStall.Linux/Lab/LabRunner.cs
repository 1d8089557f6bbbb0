// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using NetStall.Linux.Bundles;
using NetStall.Linux.Lab.Stalls;
using NetStall.Linux.Native;
using NetStall.Linux.PerfEvents;
using NetStall.Model;

namespace NetStall.Linux.Lab;

/// <summary>Makes one experiment: the world, the traffic, the recording, the stalls; and takes all of it away again.</summary>
/// <param name="program">netstall itself, which makes the stalls in a process of its own.</param>
/// <param name="version">Its version.</param>
public sealed class LabRunner(string program, string version)
{
    /// <summary>ARP, and whatever starting all this has woken.</summary>
    static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(400);

    static readonly TimeSpan ControlTime = TimeSpan.FromSeconds(2);

    /// <summary>Of the kernel that runs here, as far as it can be told without a recording.</summary>
    public static KernelBehaviour KernelBehaviour() => RunningBehaviour.Read();

    /// <param name="kind">What to make.</param>
    /// <param name="steering">By what the packets are received.</param>
    /// <param name="plan">Where, how often, how long.</param>
    /// <param name="bundle">Where the recording is to stand, and nothing stands yet.</param>
    /// <exception cref="CannotHereException">This machine cannot make it.</exception>
    public Experiment Run(LabKind kind, Steering steering, LabPlan plan, string bundle)
    {
        StayAway(plan.Cpu);
        using var hosts = ThreeHosts.Build(steering, plan.Cpu);
        using var traffic = Traffic.Start(hosts, plan.OtherCpu, LabPlan.PacketInterval, kind.Flood);
        using var stalls = kind.Makes ? StallProcess.Start(program, new StallOrder(kind.Name, plan.Cpu, plan.Length, plan.Shots, plan.Gap)) : null;
        // A NAPI thread would wait for it too, by the scheduler's own choice, and for longer than for some of the stalls.
        bool competes = steering == Steering.Softirq || kind.Holds == Holds.Competition;
        using var busy = BusyTasks.Start(plan.Cpu, competes ? kind.BusyTasks : 0);
        Thread.Sleep(Settling);
        var writer = new BundleWriter(bundle);
        using var recorder = PerfRecorder.Start(writer.RecordingPath, new RecorderOptions
        {
            SystemCalls = true,
            RingSize = 16 << 20,
            CommandLine = [program, "lab", kind.Name],
            Version = $"netstall {version}",
        });
        Thread.Sleep(Settling);

        var made = new List<(Truth, Elapsed)>();
        var stolen = CpuSteal.Of(plan.Cpu);
        foreach (var truth in stalls?.Shoot() ?? [])
        {
            var now = CpuSteal.Of(plan.Cpu);
            made.Add((truth, now - stolen));
            stolen = now;
        }
        if (stalls is null)
            Thread.Sleep(ControlTime);

        Thread.Sleep(Settling);
        var innocents = OwnThreads();
        writer.Finish(recorder.Stop(), version);
        return new Experiment(kind, steering, plan.Cpu, RunningBehaviour.Read(), made, traffic.Stop(), innocents);
    }

    // Else a thread that writes the recording, or a compiler's, would now and then be who kept the packets waiting. What is started later follows.
    static void StayAway(CpuId cpu)
    {
        CpuId[] others = [.. OnlineCpus.Read().Where(online => online != cpu)];
        foreach (var thread in OwnThreads())
        {
            try
            {
                CpuMask.Pin(thread, others);
            }
            catch (SystemCallException)
            {
                // It ended meanwhile.
            }
        }
    }

    static HashSet<Tid> OwnThreads() =>
        [.. Directory.GetDirectories("/proc/self/task").Select(d => new Tid(int.Parse(Path.GetFileName(d), CultureInfo.InvariantCulture)))];
}
