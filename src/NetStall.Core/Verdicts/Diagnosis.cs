// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Recordings;
using NetStall.Stacks;
using NetStall.Waits;
using NetStall.Workloads;

namespace NetStall.Verdicts;

/// <summary>Turns a stream of events into stalls and their culprits. Feed it events, then ask once for the <see cref="Report"/>.</summary>
/// <remarks>Each CPU is judged by itself, and its events must come in its own time order; memory holds the windows only.</remarks>
public sealed class Diagnosis : IEventSink
{
    /// <summary>NR_CPUS is 8,192 in the largest kernels that are shipped.</summary>
    const int MostCpus = 8192;

    readonly Recording _recording;
    readonly DiagnosisOptions _options;
    readonly StackReader _stacks;
    readonly Judge _judge;
    readonly NapiThreadWaits _napi;
    readonly KsoftirqdGate _gate;
    readonly TaskActivity _activity;
    readonly List<Stall> _stalls = [];
    readonly Rounds _rounds = new();
    long _napiServed, _nowhere;
    CpuTimeline?[] _cpus = new CpuTimeline?[64];

    public Diagnosis(Recording recording, DiagnosisOptions options, CgroupMap? cgroups = null)
    {
        _recording = recording;
        _options = options;
        _stacks = new StackReader(new LateFrames(recording));
        _judge = new Judge(recording, _stacks, cgroups ?? CgroupMap.Empty);
        _napi = new NapiThreadWaits(recording.Names);
        _gate = new KsoftirqdGate(recording);
        _activity = new TaskActivity(recording);
    }

    public void Accept(in KernelEvent e, ReadOnlySpan<ulong> chain)
    {
        if (e.Kind is EventKind.SchedSwitch or EventKind.SchedWaking or EventKind.SchedWakeup)
            OnTasks(e);
        else if (e.Kind == EventKind.Lost)
            _napi.OnLost();
        // A thread that ran on a CPU nobody asked for waits no longer: or else it would have, when it comes to one that was.
        var napiSince = e.Kind == EventKind.SchedSwitch ? _napi.OnSwitch(e) : null;
        if (_options.Cpus is { } wanted && !wanted.Contains(e.Cpu))
            return;
        var cpu = Timeline(e.Cpu);
        if (cpu is null)
        {
            // Whoever names none has said so.
            _nowhere += e.Cpu.Value >= 0 ? 1 : 0;
            return;
        }
        _gate.On(e, cpu.Pairing.PendingSince);
        _activity.On(e);
        cpu.Accept(e, chain);
        if (napiSince is { } since)
        {
            _napiServed++;
            cpu.OnNapiThread(since, e);
        }
    }

    public void RoundFinished() => _rounds.Finish();

    /// <summary>All that was found. Call once, after the last event.</summary>
    public Report Conclude()
    {
        foreach (var cpu in _cpus)
            cpu?.Finish();
        if (_nowhere > 0)
            _recording.Flaws.Add("", $"{_nowhere} events name a CPU over {MostCpus - 1}, which no kernel has", "they are left out");
        var stalls = new Conclusions(_activity, _recording.Kinds.TellIdle).Settle(_stalls);

        return new Report(_recording, Covered(), stalls, _gate.Verdict, _options.Threshold);
    }

    Coverage Covered()
    {
        long raises = 0, served = 0, unpaired = 0;
        var (worst, span, stillWaiting) = (Elapsed.Zero, Elapsed.Zero, Elapsed.Zero);
        var (begin, end) = (new KernelTime(long.MaxValue), new KernelTime(long.MinValue));
        var seen = new List<CpuId>();
        for (int i = 0; i < _cpus.Length; i++)
        {
            if (_cpus[i] is not { } cpu)
                continue;
            seen.Add(new CpuId(i));
            raises += cpu.Pairing.Raises;
            served += cpu.Pairing.Served;
            unpaired += cpu.Pairing.Unpaired;
            worst = Elapsed.Max(worst, cpu.Worst);
            span = Elapsed.Max(span, cpu.Last - cpu.First);
            (begin, end) = (KernelTime.Min(begin, cpu.First), KernelTime.Max(end, cpu.Last));
        }
        foreach (var cpu in seen)
        {
            if (_cpus[cpu.Value]!.Pairing.PendingSince is { } pending)
                stillWaiting = Elapsed.Max(stillWaiting, end - pending);
        }
        var receiving = seen.ConvertAll(c => _cpus[c.Value]!).FindAll(c => c.Pairing.Raises > 0);
        // Where a thread would have run that never did, nobody knows: with --cpu only those count that came.
        long napiWoken = _options.Cpus is null ? _napi.Woken : _napiServed;
        return new Coverage(raises + napiWoken, served + _napiServed, unpaired, _recording.Kinds.TellWaits ? worst : null, span, seen)
        {
            TellsSilences = receiving.TrueForAll(c => c.TellsSilences(end)),
            LongestUnseen = receiving.Aggregate(Elapsed.Zero, (longest, c) => Elapsed.Max(longest, c.LongestUnseen)),
            LostLittle = receiving.TrueForAll(c => c.Lost * 20 <= c.Events + c.Lost),
            StillWaiting = stillWaiting,
            Begin = begin,
            End = end,
        };
    }

    void OnTasks(in KernelEvent e)
    {
        if (e.Kind == EventKind.SchedSwitch)
        {
            if (!e.NamesTasks)
                return;
            _recording.Tasks.OnSeen(e.Time, e.Tid, e.PreviousComm);
            _recording.Tasks.OnSeen(e.Time, e.NextTid, e.NextComm);
            return;
        }
        _recording.Tasks.OnSeen(e.Time, e.WokenTid, e.WokenComm);
        _napi.OnWaking(e);
    }

    CpuTimeline? Timeline(CpuId cpu)
    {
        if ((uint)cpu.Value >= MostCpus)
            return null;
        if (cpu.Value >= _cpus.Length)
            Array.Resize(ref _cpus, Math.Max(cpu.Value + 1, _cpus.Length * 2));
        return _cpus[cpu.Value] ??= new CpuTimeline(cpu, _rounds, _recording, _stacks, _options.Threshold, _options.Lookback,
            (wait, window, beat) =>
            {
                if (_judge.Of(wait, window, beat) is { } stall)
                    _stalls.Add(stall);
            });
    }

    // The reader learns only at its end whose symbols fit; the frames are asked for when the first stall needs them.
    sealed class LateFrames(Recording recording) : IFrameResolver
    {
        public bool HasKernelSymbols => recording.Frames.HasKernelSymbols;
        public string? KernelFunction(ulong address, bool isReturnAddress) => recording.Frames.KernelFunction(address, isReturnAddress);
        public IReadOnlyList<Frame> Resolve(ReadOnlySpan<ulong> chain, Pid pid, KernelTime time) => recording.Frames.Resolve(chain, pid, time);
    }
}
