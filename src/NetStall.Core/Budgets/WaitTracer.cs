// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Recordings;
using NetStall.Stacks;
using NetStall.Symbols;
using NetStall.Timelines;
using NetStall.Waits;

namespace NetStall.Budgets;

/// <summary>Walks the window around one wait and finds out who had the CPU in every piece of it.</summary>
/// <remarks>
/// What each source can tell, best first:
/// <code>
///   softirq/irq entry..exit   an interrupt had it
///   sched_switch              which task had it
///   raw_syscalls              whether it was in the kernel, and in which system call
///   samples                   the same; a sample speaks for the time since the one before it
///   need_resched              set from one interrupt to the next without a switch: the task was in the kernel, since a
///                             return to user mode would have switched
/// </code>
/// What none of them tells stays unknown.
/// </remarks>
sealed class WaitTracer(Recording recording, StackReader stacks)
{
    static readonly Elapsed AfterEnd = Elapsed.FromMilliseconds(2);

    /// <summary>Two events further apart are not of one interrupt and the softirqs at its end.</summary>
    static readonly Elapsed LongerThanOneInterrupt = Elapsed.FromMilliseconds(2);

    public WaitTrace Trace(Wait wait, EventWindow.Part window, Elapsed? beat)
    {
        var pieces = new List<Piece>();
        var samples = new List<SampleMark>();
        var marks = new WaitMarks { WakingsRecorded = recording.Kinds.Has(EventKind.SchedWaking) || recording.Kinds.Has(EventKind.SchedWakeup) };
        var state = new CpuState(recording.Kinds);
        var napis = new HashSet<int>();
        var cgroups = new Dictionary<int, CgroupId>();
        var raisers = new SoftirqRaisers();
        var calls = new Dictionary<int, KernelTime>();
        var silentCalls = new Dictionary<int, Elapsed>();
        SampleMark? late = null;
        var previous = wait.Begin;
        bool any = false, afterService = false, beatSeen = false;
        Flagged? flagged = null;

        foreach (var at in window)
        {
            ref readonly KernelEvent e = ref at.Event;
            if (e.Time > wait.Begin && previous < wait.End)
                AddPiece(pieces, previous, KernelTime.Min(e.Time, wait.End), state, e, any);
            previous = KernelTime.Max(previous, e.Time);
            if (e.Time >= wait.End + AfterEnd && afterService)
                break;
            if (e.Time > wait.End + Elapsed.FromMilliseconds(50))
                break;

            // One of several files may have sampled at another time.
            beatSeen |= e.Kind is EventKind.Sample or EventKind.VectorEntry;
            bool inside = e.Time >= wait.Begin && e.Time < wait.End;
            if (e.Kind == EventKind.Sample)
            {
                if (e.Time >= wait.Begin - Elapsed.FromMilliseconds(5) && e.Time <= wait.End + Elapsed.FromMilliseconds(5))
                {
                    bool sameTask = state.Task == e.Tid || !e.Tid.IsKnown;
                    var mark = new SampleMark(e.Time, e.Tid, sameTask ? state.Stretch : state.Stretch + 1, stacks.Read(at.Chain, e.InKernel, e.Tid.IsIdle), at.Chain.ToArray());
                    samples.Add(mark);
                    if (late is null && e.Time >= wait.End)
                        late = mark;
                }
            }
            Mark(marks, wait, e, inside, napis, ref afterService);
            raisers.On(e, wait);
            if (e.Cgroup.Value != 0)
                cgroups[e.Tid.Value] = e.Cgroup;
            if (e.Kind == EventKind.SyscallEnter && e.Time < wait.End)
                calls[e.Tid.Value] = e.Time;
            else if (e.Kind == EventKind.SyscallExit && e.Time >= wait.End && calls.TryGetValue(e.Tid.Value, out var entered))
                silentCalls.TryAdd(e.Tid.Value, e.Time - entered);
            if (inside || e.Time == wait.End)
                MarkKernelByNeedResched(pieces, e, ref flagged);

            state.Apply(e);
            any = true;
        }
        // The window ended before the wait did: nothing is known of the rest.
        if (previous < wait.End)
            pieces.Add(new Piece { From = KernelTime.Max(previous, wait.Begin), To = wait.End, Task = Tid.Unknown, Kind = HolderKind.Unknown, SyscallNumber = -1 });

        marks.PollingNapis = napis.Count;
        if (!beatSeen)
            beat = null;
        if (beat is { } period)
            MarkSilence(pieces, period);
        RefineBySamples(pieces, samples);
        return new WaitTrace(wait, pieces, samples, marks)
        {
            LateSample = late,
            LateSampleIsOffBeat = late is { } first && beat is { } p ? IsOffBeat(samples, first, p) : null,
            Cgroups = cgroups,
            Uneventful = beat is null ? UneventfulTime(pieces) : Elapsed.Zero,
            SoftirqRaisedBy = raisers.OfLongest(pieces),
            SilentCallIsShort = silentCalls.TryGetValue(LongestSilentTask(pieces).Value, out var call)
                && call.Nanoseconds <= wait.Length.Nanoseconds * 3 / 2 + 2 * (beat?.Nanoseconds ?? 0),
        };
    }

    void AddPiece(List<Piece> pieces, KernelTime from, KernelTime to, CpuState state, in KernelEvent next, bool stateIsKnown)
    {
        if (to <= from)
            return;
        var piece = new Piece { From = from, To = to, SyscallNumber = -1, Task = Tid.Unknown, Pid = new Pid(-1), Stretch = state.Stretch, Kind = HolderKind.Unknown };
        bool switchesRecorded = recording.Kinds.Has(EventKind.SchedSwitch);

        // Without switches only the next event knows who had the CPU up to it: a sample speaks for the time before it.
        if (!stateIsKnown)
        {
            // The window no longer reaches back to the wait's begin.
            pieces.Add(piece);
            return;
        }
        bool byNext = !state.Task.IsKnown || (!switchesRecorded && next.Tid.IsKnown && next.Tid != state.Task);
        if (byNext)
        {
            piece.Task = next.Tid;
            piece.Pid = next.Pid;
            piece.Stretch = state.Stretch + 1;
            if (next.Kind == EventKind.SchedSwitch && next.NamesTasks)
                (piece.Comm, piece.Priority) = (next.PreviousComm, next.PreviousPriority);
        }
        else
        {
            piece.Task = state.Task;
            piece.Pid = state.Pid;
            piece.Comm = state.Comm;
            piece.Priority = state.Priority;
        }
        if (next.Kind == EventKind.Lost)
        {
            // Anything may have happened before the loss was noticed.
            piece.Task = Tid.Unknown;
            piece.Kind = HolderKind.Unknown;
            pieces.Add(piece);
            return;
        }

        if (!byNext && state.HardirqDepth > 0)
        {
            piece.Kind = HolderKind.Hardirq;
            piece.Name = recording.Names.Text(state.HardirqName);
        }
        else if (!byNext && state.Softirq is { } vector)
        {
            piece.Kind = HolderKind.Softirq;
            piece.Name = vector.KernelName();
        }
        else if (piece.Task.IsIdle)
        {
            piece.Kind = HolderKind.Idle;
        }
        else if (!byNext && state.ModeIsKnown)
        {
            piece.Kind = state.Syscall is null ? HolderKind.TaskUser : HolderKind.TaskKernel;
            piece.SyscallNumber = state.Syscall ?? -1;
            piece.Syscall = piece.SyscallNumber >= 0 ? SyscallNames.Find(recording.Architecture, piece.SyscallNumber) : null;
        }
        else
        {
            piece.Kind = HolderKind.Unknown;
        }
        if (!byNext)
            piece.Name ??= recording.Names.Text(state.WorkFunction);
        pieces.Add(piece);
    }

    void Mark(WaitMarks marks, Wait wait, in KernelEvent e, bool inside, HashSet<int> napis, ref bool afterService)
    {
        switch (e.Kind)
        {
            case EventKind.SoftirqRaise when e.Time == wait.Begin && e.Vector == SoftirqVector.NetRx && e.Has(ContextFlags.Known):
                marks.RaisedByTask = !e.Has(ContextFlags.HardIrq) && !e.Has(ContextFlags.SoftIrq);
                marks.RaiseFoundBottomHalvesOff = e.Has(ContextFlags.HardIrq | ContextFlags.BottomHalvesOff) && !e.Has(ContextFlags.SoftIrq);
                marks.RaisedOn = e.Tid;
                break;
            case EventKind.SoftirqRaise when e.Time >= wait.End && e.Time <= wait.End + AfterEnd && e.Vector == SoftirqVector.NetRx:
                marks.RaisedRightAfter = true;
                break;
            case EventKind.SchedWaking or EventKind.SchedWakeup when e.Time <= wait.End && IsKsoftirqd(e.WokenComm):
                marks.KsoftirqdWoken = true;
                break;
            case EventKind.SchedSwitch:
                // Before the wait this is who runs when it begins; a ksoftirqd that has left is no longer woken.
                if (e.Time < wait.Begin && (IsKsoftirqd(e.NextComm) || IsKsoftirqd(e.PreviousComm)))
                    marks.KsoftirqdWoken = IsKsoftirqd(e.PreviousComm) && e.Door != SwitchDoor.Gone;
                if (e.Time >= wait.Begin && e.Time <= wait.End)
                {
                    marks.Switches++;
                    marks.LastDoor = e.Door;
                }
                break;
            case EventKind.NapiPoll when inside && e.Budget > 0:
                if (e.Work >= e.Budget)
                    marks.FullPolls++;
                napis.Add(e.NapiKey);
                break;
            case EventKind.NapiPoll when e.Time >= wait.End && !afterService:
                marks.PacketsServed = (marks.PacketsServed ?? 0) + e.Work;
                if (!marks.Device.IsKnown)
                    marks.Device = e.Device;
                if (wait.Evidence == WaitEvidence.NapiThread)
                    afterService = true;
                break;
            case EventKind.SoftirqExit when e.Time >= wait.End && e.Vector == SoftirqVector.NetRx:
                afterService = true;
                break;
            case EventKind.SoftirqEntry when e.Time == wait.End && e.Vector == SoftirqVector.NetRx:
                marks.ServedWithoutSwitch = marks.Switches == 0;
                break;
            case EventKind.Lost when e.Time >= wait.Begin && e.Time <= wait.End:
                marks.RecordsLost = true;
                break;
        }
        // One interrupt's own raises are no sign: those of a later one are.
        if (inside && e.Kind == EventKind.SoftirqRaise && e.Vector != SoftirqVector.NetRx && e.Time - wait.Begin >= LongerThanOneInterrupt)
            marks.OtherRaises++;
        marks.ContextTold |= inside && e.Has(ContextFlags.Known);
        if (inside && e.Has(ContextFlags.Known | ContextFlags.HardIrq) && !e.Has(ContextFlags.SoftIrq))
        {
            marks.Interrupts++;
            if (e.Time - wait.Begin >= LongerThanOneInterrupt)
                marks.InterruptsAfterRaise++;
            if (e.Has(ContextFlags.BottomHalvesOff))
                marks.InterruptsOverBottomHalvesOff++;
        }
    }

    // need_resched is cleared only by schedule(). Between two events that both have it, the task was not switched and did
    // not return to user mode, so it was in the kernel. The second must not owe the flag to its own interrupt: a tick sets
    // it in scheduler_tick(), after which come only that tick's raises of SCHED (kernel/sched/core.c, trigger_load_balance).
    // Nor may both belong to one interrupt and its softirqs, which may have struck in user mode: an emulated machine takes a
    // millisecond over them.
    static void MarkKernelByNeedResched(List<Piece> pieces, in KernelEvent e, ref Flagged? flagged)
    {
        if (!e.Has(ContextFlags.Known))
            return;
        if (e.Kind == EventKind.SchedSwitch)
        {
            // A switch ends what the flag began, and was not far behind it: what lies between was the way out of the kernel.
            if (flagged is { } since && since.Proves(e.Time))
                MarkKernel(pieces, since.From);
            flagged = null;
            return;
        }
        if (!e.NeedResched)
        {
            flagged = null;
            return;
        }
        if (flagged is not { } before)
        {
            flagged = new Flagged(e.Time, IsProven: false);
            return;
        }
        bool setByItself = e.Kind == EventKind.SoftirqRaise && e.Vector == SoftirqVector.Sched;
        if (setByItself || !before.Proves(e.Time))
            return;
        MarkKernel(pieces, before.From);
        flagged = new Flagged(e.Time, IsProven: true);
    }

    // need_resched since then; proven once two interrupts have seen it.
    readonly record struct Flagged(KernelTime From, bool IsProven)
    {
        public bool Proves(KernelTime now) => IsProven || now - From >= LongerThanOneInterrupt;
    }

    static void MarkKernel(List<Piece> pieces, KernelTime since)
    {
        for (int i = pieces.Count - 1; i >= 0 && pieces[i].From >= since; i--)
        {
            if (pieces[i].Kind == HolderKind.Unknown && pieces[i].Task is { IsKnown: true, IsIdle: false })
            {
                var piece = pieces[i];
                piece.Kind = HolderKind.TaskKernel;
                pieces[i] = piece;
            }
        }
    }

    void RefineBySamples(List<Piece> pieces, List<SampleMark> samples)
    {
        if (samples.Count == 0)
            return;
        bool softirqsTold = recording.Kinds.Has(EventKind.SoftirqEntry) && recording.Kinds.Has(EventKind.SoftirqExit);
        int next = 0;
        for (int i = 0; i < pieces.Count; i++)
        {
            var piece = pieces[i];
            while (next < samples.Count && samples[next].Time < piece.To)
                next++;
            if (piece.Kind is HolderKind.Hardirq or HolderKind.Softirq || piece.Task.IsIdle || !piece.Task.IsKnown)
                continue;

            SampleMark sample;
            if (next < samples.Count && Speaks(samples[next], piece))
                sample = samples[next];
            else if (next > 0 && Speaks(samples[next - 1], piece))
                sample = samples[next - 1];
            else
                continue;

            var reading = sample.Reading;
            if (piece.Kind == HolderKind.Silent)
            {
                // The late beat: what stands on top of the task came only when the silence was over.
                if (reading.HasTaskFrames)
                    piece.Syscall ??= stacks.SyscallOf(sample.Chain, reading);
                pieces[i] = piece;
                continue;
            }
            switch (reading.Layer)
            {
                case StackLayer.Softirq when !softirqsTold:
                    piece.Kind = HolderKind.Softirq;
                    piece.Name = reading.Vector?.KernelName();
                    break;
                case StackLayer.Hardirq when !recording.Kinds.Has(EventKind.HardirqEntry) && !reading.HasTaskFrames:
                    piece.Kind = HolderKind.Hardirq;
                    break;
                case StackLayer.Task or StackLayer.Hardirq or StackLayer.Softirq when reading.HasTaskFrames:
                    if (piece.Kind == HolderKind.Unknown)
                        piece.Kind = HolderKind.TaskKernel;
                    if (piece.Kind == HolderKind.TaskKernel)
                        piece.Syscall ??= stacks.SyscallOf(sample.Chain, reading);
                    break;
                case StackLayer.Unknown when piece.Kind == HolderKind.Unknown:
                    piece.Kind = HolderKind.TaskKernel;
                    break;
                case StackLayer.User when piece.Kind == HolderKind.Unknown:
                    piece.Kind = HolderKind.TaskUser;
                    break;
            }
            pieces[i] = piece;
        }
    }

    static Tid LongestSilentTask(List<Piece> pieces)
    {
        var (task, longest) = (Tid.Unknown, Elapsed.Zero);
        foreach (var piece in pieces)
        {
            if (piece.Kind == HolderKind.Silent && piece.Length > longest)
                (task, longest) = (piece.Task, piece.Length);
        }
        return task;
    }

    static bool? IsOffBeat(List<SampleMark> samples, in SampleMark late, Elapsed period)
    {
        foreach (var sample in samples)
        {
            if (sample.Time > late.Time)
                return (sample.Time - late.Time).Nanoseconds * 100 < period.Nanoseconds * 92;
        }
        return null;
    }

    static bool Speaks(in SampleMark sample, in Piece piece) => sample.Task == piece.Task && sample.Stretch == piece.Stretch;

    // A beat was due and did not come, nor did anything else: interrupts were off, or the CPU did not run.
    static void MarkSilence(List<Piece> pieces, Elapsed beat)
    {
        var limit = new Elapsed(Math.Max(beat.Nanoseconds * 5 / 2, 2_000_000));
        for (int i = 0; i < pieces.Count; i++)
        {
            var piece = pieces[i];
            // Softirqs run with interrupts on; hard interrupts do not.
            if (piece.Length < limit || piece.Kind is HolderKind.Hardirq or HolderKind.Idle || !piece.Task.IsKnown)
                continue;
            piece.Kind = HolderKind.Silent;
            pieces[i] = piece;
        }
    }

    // Ticks come every 1 to 10 ms on a busy CPU, and most of them raise a softirq.
    static Elapsed UneventfulTime(List<Piece> pieces)
    {
        long sum = 0;
        foreach (var piece in pieces)
        {
            if (piece.Length.Nanoseconds >= 10_500_000 && piece.Kind != HolderKind.Idle)
                sum += piece.Length.Nanoseconds;
        }
        return new Elapsed(sum);
    }

    bool IsKsoftirqd(NameId comm) => comm.IsKnown && recording.Names.Bytes(comm).StartsWith("ksoftirqd/"u8);
}

/// <summary>Who raised the softirqs that are served: an interrupt, or the task itself, as a datagram over loopback does.</summary>
sealed class SoftirqRaisers
{
    readonly Tid[] _raisedBy = new Tid[SoftirqVectors.Count];
    readonly Tid[] _servedFor = new Tid[SoftirqVectors.Count];

    public SoftirqRaisers()
    {
        Array.Fill(_raisedBy, Tid.Unknown);
        Array.Fill(_servedFor, Tid.Unknown);
    }

    public void On(in KernelEvent e, Wait wait)
    {
        if (e.Kind is not (EventKind.SoftirqRaise or EventKind.SoftirqEntry) || e.Time >= wait.End || (uint)e.Vector >= SoftirqVectors.Count)
            return;
        int vector = (int)e.Vector;
        if (e.Kind == EventKind.SoftirqRaise)
        {
            bool byTask = e.Has(ContextFlags.Known) && !e.Has(ContextFlags.HardIrq) && !e.Has(ContextFlags.SoftIrq);
            if (byTask)
                _raisedBy[vector] = e.Tid;
        }
        else
        {
            _servedFor[vector] = _raisedBy[vector] == e.Tid ? e.Tid : Tid.Unknown;
            _raisedBy[vector] = Tid.Unknown;
        }
    }

    public Tid OfLongest(List<Piece> pieces)
    {
        var held = new long[SoftirqVectors.Count];
        foreach (var piece in pieces)
        {
            if (piece.Kind != HolderKind.Softirq)
                continue;
            for (int v = 0; v < held.Length; v++)
            {
                if (piece.Name == ((SoftirqVector)v).KernelName())
                    held[v] += piece.Length.Nanoseconds;
            }
        }
        int longest = 0;
        for (int v = 1; v < held.Length; v++)
        {
            if (held[v] > held[longest])
                longest = v;
        }
        return held[longest] == 0 ? Tid.Unknown : _servedFor[longest];
    }
}
