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
    readonly SampleEvidence _samples = new(recording, stacks);

    public WaitTrace Trace(Wait wait, EventWindow.Part window, Elapsed? beat)
    {
        var pieces = new List<Piece>();
        var samples = new List<SampleMark>();
        var marks = new MarkReader(recording, wait);
        var state = new CpuState(recording.Kinds);
        var cgroups = new Dictionary<int, CgroupId>();
        var raisers = new SoftirqRaisers();
        var calls = new Dictionary<int, KernelTime>();
        var ended = new List<(Tid Task, KernelTime From, KernelTime To)>();
        var previous = wait.Begin;
        var needResched = new NeedResched();
        bool any = false, beatSeen = false;

        foreach (var at in window)
        {
            ref readonly KernelEvent e = ref at.Event;
            if (e.Time > wait.Begin && previous < wait.End)
                AddPiece(pieces, previous, KernelTime.Min(e.Time, wait.End), state, e, any);
            previous = KernelTime.Max(previous, e.Time);
            if (e.Time >= wait.End + MarkReader.SoonAfter && marks.IsServed)
                break;
            if (e.Time > wait.End + Elapsed.FromMilliseconds(50))
                break;

            // One of several files may have sampled at another time.
            beatSeen |= e.Kind is EventKind.Sample or EventKind.VectorEntry;
            if (e.Kind == EventKind.Sample)
            {
                if (e.Time >= wait.Begin - Elapsed.FromMilliseconds(5) && e.Time <= wait.End + Elapsed.FromMilliseconds(5))
                {
                    bool sameTask = state.Task == e.Tid || !e.Tid.IsKnown;
                    var mark = new SampleMark(e.Time, e.Tid, sameTask ? state.Stretch : state.Stretch + 1, stacks.Read(at.Chain, e.InKernel, e.Tid.IsIdle), at.Chain.ToArray());
                    samples.Add(mark);
                }
            }
            marks.On(e);
            raisers.On(e, wait);
            if (e.Cgroup.Value != 0)
                cgroups[e.Tid.Value] = e.Cgroup;
            if (e.Kind == EventKind.SyscallEnter && e.Time < wait.End)
                calls[e.Tid.Value] = e.Time;
            else if (e.Kind == EventKind.SyscallExit && calls.Remove(e.Tid.Value, out var entered) && e.Time > wait.Begin)
                ended.Add((e.Tid, entered, e.Time));
            if (e.Time >= wait.Begin && e.Time <= wait.End)
                needResched.On(e, pieces);

            state.Apply(e);
            any = true;
        }
        // The window ended before the wait did: nothing is known of the rest.
        if (previous < wait.End)
            pieces.Add(new Piece { From = KernelTime.Max(previous, wait.Begin), To = wait.End, Task = Tid.Unknown, Kind = HolderKind.Unknown, SyscallNumber = -1 });

        if (!beatSeen)
            beat = null;
        if (beat is { } period)
            Silences.Mark(pieces, period);
        _samples.Refine(pieces, samples);
        var trace = new WaitTrace(wait, pieces, samples, marks.Marks)
        {
            Cgroups = cgroups,
            Uneventful = beat is null ? Silences.UneventfulTime(pieces) : Elapsed.Zero,
            SoftirqRaisedBy = raisers.OfLongest(pieces),
        };
        // A wait may go on after the silence in it: until the task that made it gives the CPU away.
        var silence = trace.LongestSilentPiece;
        int lateAt = samples.FindIndex(sample => sample.Time >= (silence?.To ?? wait.End));
        SampleMark? late = lateAt < 0 ? null : samples[lateAt];
        return trace with
        {
            LateSample = late,
            LateSampleIsOffBeat = late is { } first && beat is { } p ? Silences.IsOffBeat(samples, first, p) : null,
            // Of the calls that ended since the wait began: the one that the silence fell in.
            SilentCallIsShort = silence is { } silent
                && ended.Exists(c => c.Task == silent.Task && c.From <= silent.From && c.To >= silent.To
                    && (c.To - c.From).Nanoseconds <= wait.Length.Nanoseconds * 3 / 2 + 2 * (beat?.Nanoseconds ?? 0)),
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
}
