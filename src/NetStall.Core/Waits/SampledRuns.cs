// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Recordings;
using NetStall.Stacks;
using NetStall.Timelines;

namespace NetStall.Waits;

/// <summary>The article's method on one CPU, for recordings that hold samples only: a late ksoftirqd, and who ran on before it.</summary>
/// <remarks>
/// <code>
///   samples   a a a a a a a a a a a a k          a: one task, in the kernel without a break   k: ksoftirqd in net_rx_action
///                     n                          n: a sample of `a` with NET_RX served on top by an interrupt
///                       [ up to       )
/// </code>
/// Looked back from by time and CPU, never by line count. The wait begins at the last sample that still saw softirqs
/// served inside the run, since from then on nothing proves that they were; so it is an upper bound.
/// On kernels without the ksoftirqd gate (6.5 and later) the next interrupt serves what waits, the sampler's own included:
/// there a long run before ksoftirqd proves nothing. What remains to be seen on any kernel is a section with bottom halves
/// off: all samples within one function, and NET_RX served by the very call in which that function lets bottom halves in
/// again; and one softirq that ran on and on before NET_RX had its turn.
/// Stacks are read only for runs that lasted.
/// </remarks>
sealed class SampledRuns(Recording recording, StackReader stacks, Elapsed threshold)
{
    /// <summary>How long after a run's last sample ksoftirqd may be seen: a short task may come between, and it may be sampled late.</summary>
    static readonly Elapsed Grace = Elapsed.FromMilliseconds(3);

    KernelTime? _lastSample;
    Tid _runTask = Tid.Unknown;
    RootFrames _runRoot;
    KernelTime _runBegin, _runEnd;

    // A run that lasted, now followed by somebody else: waiting to see whether ksoftirqd comes.
    (Tid Task, KernelTime Begin, KernelTime End)? _ended;

    /// <summary>Since when samples may still be asked for.</summary>
    public KernelTime? NeedsSince => _ended?.Begin ?? (_runTask.IsKnown ? _runBegin : null);

    /// <summary>Takes each sample; returns a wait that it proves, when it does.</summary>
    public Wait? OnSample(in KernelEvent e, ReadOnlySpan<ulong> chain, EventWindow window)
    {
        var before = _lastSample;
        _lastSample = e.Time;
        if (_ended is not null && Served(e, chain, before, window) is { } late)
            return late;

        var root = e.InKernel ? RootFrames.Of(chain) : default;
        if (e.InKernel && e.Tid.IsKnown && !e.Tid.IsIdle && e.Tid == _runTask && root.IsSameCall(_runRoot))
        {
            _runEnd = e.Time;
            return _runEnd - _runBegin < threshold ? null : ServedWithinRun(e, chain, window);
        }

        bool lasted = _runTask.IsKnown && _runEnd - _runBegin >= new Elapsed(threshold.Nanoseconds * 3 / 4);
        if (lasted)
            _ended = (_runTask, _runBegin, _runEnd);
        _runTask = e.InKernel && !e.Tid.IsIdle ? e.Tid : Tid.Unknown;
        _runRoot = root;
        _runBegin = _runEnd = e.Time;
        return lasted ? Served(e, chain, before, window) : null;
    }

    // A run that lasted has ended: is it ksoftirqd that comes now?
    Wait? Served(in KernelEvent e, ReadOnlySpan<ulong> chain, KernelTime? before, EventWindow window)
    {
        if (_ended is not { } run)
            return null;
        if (e.Time - run.End > Elapsed.Max(Grace, before is { } last ? e.Time - last : Grace))
        {
            _ended = null;
            return null;
        }
        if (!IsKsoftirqd(e, chain, out bool servesNetRx) || !servesNetRx)
            return null;
        _ended = null;
        return LateKsoftirqd(run.Task, run.Begin, run.End, e, window);
    }

    public void OnLost()
    {
        _runTask = Tid.Unknown;
        _ended = null;
    }

    Wait? LateKsoftirqd(Tid task, KernelTime runBegin, KernelTime runEnd, in KernelEvent served, EventWindow window)
    {
        if (KernelRelease.Parse(recording.KernelRelease) is { } release && (release >= new KernelRelease(6, 5) || release < new KernelRelease(4, 9)))
            return null;
        var begin = runBegin;
        foreach (var at in window)
        {
            ref readonly KernelEvent e = ref at.Event;
            if (e.Time > runEnd)
                break;
            if (e.Kind != EventKind.Sample || e.Time < runBegin || e.Tid != task)
                continue;
            var reading = stacks.Read(at.Chain, e.InKernel, e.Tid.IsIdle);
            // Softirqs were still served here, so ksoftirqd was not waiting yet.
            if (reading.Layer == StackLayer.Softirq)
                begin = e.Time;
        }
        return served.Time - begin >= threshold
            ? new Wait(served.Cpu, begin, served.Time, WaitEvidence.LateKsoftirqd, served.Tid, IsUpperBound: true)
            : null;
    }

    // NET_RX on the task's own back. Served by __local_bh_enable_ip, called from F, and F on every sample before it: then F
    // had bottom halves off. Or one other softirq on every sample before it.
    Wait? ServedWithinRun(in KernelEvent e, ReadOnlySpan<ulong> chain, EventWindow window)
    {
        var served = stacks.Read(chain, e.InKernel, e.Tid.IsIdle);
        if (!served.ServesNetRx || served.Layer != StackLayer.Softirq)
            return null;
        var runBegin = _runBegin;
        // Whatever comes of it, NET_RX was served here: what follows is looked back to no further.
        _runBegin = e.Time;
        string? holder = served is { OnBottomHalfEnable: true, HasTaskFrames: true } ? stacks.FunctionAt(chain, served.TaskBegin) : null;

        var begin = e.Time;
        bool contiguous = false;
        foreach (var at in window)
        {
            ref readonly KernelEvent earlier = ref at.Event;
            if (earlier.Kind != EventKind.Sample || earlier.Time < runBegin || earlier.Time >= e.Time)
                continue;
            var reading = stacks.Read(at.Chain, earlier.InKernel, earlier.Tid.IsIdle);
            bool held = holder is not null
                ? reading.Layer == StackLayer.Task && HasFunction(at.Chain, reading, holder)
                : reading is { Layer: StackLayer.Softirq, ServesNetRx: false, Vector: not null };
            if (!held)
                contiguous = false;
            else if (!contiguous)
                (contiguous, begin) = (true, earlier.Time);
        }
        return contiguous && e.Time - begin >= threshold
            ? new Wait(e.Cpu, begin, e.Time, WaitEvidence.SampleRun, e.Tid, IsUpperBound: true)
            : null;
    }

    bool HasFunction(ReadOnlySpan<ulong> chain, in StackReading reading, string function)
    {
        for (int i = reading.TaskBegin; i < reading.KernelEnd; i++)
        {
            if (!ChainMarker.IsMarker(chain[i]) && stacks.FunctionAt(chain, i) == function)
                return true;
        }
        return false;
    }

    bool IsKsoftirqd(in KernelEvent e, ReadOnlySpan<ulong> chain, out bool servesNetRx)
    {
        servesNetRx = true;
        var comm = recording.Tasks.Find(e.Tid, e.Time).Comm;
        bool byName = comm.IsKnown && recording.Names.Bytes(comm).StartsWith("ksoftirqd/"u8);
        // Only a task whose name was not recorded is looked for by its frames: symbols are dear to load.
        if ((comm.IsKnown && !byName) || !stacks.HasSymbols)
            return byName;
        var reading = stacks.Read(chain, e.InKernel, e.Tid.IsIdle);
        servesNetRx = reading.ServesNetRx || (reading.Vector is null && reading.Layer != StackLayer.Task);
        return byName || reading.InKsoftirqd;
    }
}
