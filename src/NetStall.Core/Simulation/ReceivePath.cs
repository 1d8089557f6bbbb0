// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Recordings;

namespace NetStall.Simulation;

/// <summary>Lets one host of a scenario run. Deterministic: the same host, seed and length make the same events, to the nanosecond, on any machine.</summary>
/// <remarks>docs/model.md says how it works and what it leaves out. One instance runs once.</remarks>
public sealed class ReceivePath(Host host, ulong seed, Elapsed length)
{
    /// <summary>What is recorded of it; null: nothing.</summary>
    public Capture? Capture { get; init; }
    public IPacketWatch? Packets { get; init; }
    public ITimeWatch? Times { get; init; }

    /// <summary>Whether each step is checked against what must be true of every run. Costs time.</summary>
    public bool IsChecked { get; init; }

    /// <summary>What a recording of it says of itself; whole after <see cref="Run"/>.</summary>
    public Recording Recording { get; } = new("simulation") { Format = "simulation" };

    /// <exception cref="ArgumentException">The host's definition does not hold together; the message says where.</exception>
    public Outcome Run(IEventSink? sink = null)
    {
        var frames = new SimulatedFrames(Capture?.Symbols ?? true);
        int rate = Capture?.SampleRate ?? 0;
        var machine = new Machine(host, seed, length, rate, Recording.Names, frames)
        {
            Watch = Packets,
            Times = Times,
            SamplesByNmi = Capture?.SamplesByNmi ?? false,
            ReadsSteal = Capture?.Steal ?? false,
        };
        machine.Tracer = new Tracer(machine, Capture, sink, Recording, frames, seed);
        machine.Invariants = IsChecked ? new Invariants(machine) : null;
        Describe(machine, frames);
        machine.Run();
        var outcome = new Outcome(
            host, length, [.. machine.Cpus.Select(c => c.Counters)], [.. machine.Queues.Select(q => q.Counters)], [.. machine.Flows.Select(f => f.Counters)]);
        if (IsChecked)
            Invariants.CheckEnd(outcome);
        return outcome;
    }

    void Describe(Machine machine, SimulatedFrames frames)
    {
        Recording.Host = host.Name;
        Recording.KernelRelease = host.Kernel.Release;
        Recording.Architecture = "x86_64";
        Recording.CpusOnline = host.Cpus.Count;
        Recording.Clock = new RecordingClock("CLOCK_MONOTONIC", null);
        Recording.Frames = frames;
        foreach (var task in machine.Tasks)
            Recording.Tasks.OnComm(default, new Pid(task.Tid.Value), task.Tid, task.Comm);
        if (Capture is not { } capture)
            return;
        if (capture.SampleRate > 0)
        {
            Recording.Samplers.Add(capture.SamplesByNmi
                ? new Sampler("cycles", null, IsTimer: false)
                : new Sampler("cpu-clock", new Elapsed(1_000_000_000 / capture.SampleRate), IsTimer: true));
            Recording.Kinds.Add(EventKind.Sample);
        }
        foreach (var kind in KindsOf(capture))
            Recording.Kinds.Add(kind);
    }

    static IEnumerable<EventKind> KindsOf(Capture capture) =>
    [
        .. capture.Tracepoints
            ? [EventKind.SoftirqRaise, EventKind.SoftirqEntry, EventKind.SoftirqExit, EventKind.SchedSwitch, EventKind.SchedWaking, EventKind.NapiPoll]
            : Array.Empty<EventKind>(),
        .. capture.Interrupts ? [EventKind.HardirqEntry, EventKind.HardirqExit, EventKind.VectorEntry, EventKind.VectorExit] : Array.Empty<EventKind>(),
        .. capture.Syscalls ? [EventKind.SyscallEnter, EventKind.SyscallExit] : Array.Empty<EventKind>(),
        .. capture.Idle ? [EventKind.CpuIdle] : Array.Empty<EventKind>(),
    ];
}
