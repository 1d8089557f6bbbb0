// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using NetStall.Budgets;
using NetStall.Model;
using NetStall.Recordings;
using NetStall.Stacks;
using NetStall.Timelines;
using NetStall.Verdicts;
using NetStall.Waits;
using Xunit;

namespace NetStall.Tests.Budgets;

/// <summary>Whatever was recorded: the parts of a wait make the wait, to the nanosecond.</summary>
public class BudgetAddsUpTests
{
    /// <summary>One event in the making: what, how long after the one before, and numbers to choose the rest by.</summary>
    readonly record struct Any(EventKind Kind, int After, int Choice, int Flags);

    static readonly EventKind[] Kinds = Enum.GetValues<EventKind>();

    static readonly Gen<Any[]> genEvents =
        Gen.Select(Gen.Int[0, Kinds.Length + 5], Gen.Int[0, 3_000_000], Gen.Int[0, 999], Gen.Int[0, 511],
            // Raises and entries often enough that there are waits.
            (kind, after, choice, flags) => new Any(kind < Kinds.Length ? Kinds[kind] : kind % 2 == 0 ? EventKind.SoftirqRaise : EventKind.SoftirqEntry, after, choice, flags))
        .Array[10, 120];

    static readonly Gen<(Any[] Events, int Recorded)> genRecordings = Gen.Select(genEvents, Gen.Int[0, (1 << Kinds.Length) - 1], (events, recorded) => (events, recorded));

    static Recording RecordingOf(int recorded)
    {
        var recording = new Recording("random") { Architecture = "x86_64", KernelRelease = "6.1.0" };
        foreach (var kind in Kinds)
        {
            if ((recorded & (1 << (int)kind)) != 0 || kind is EventKind.SoftirqRaise or EventKind.SoftirqEntry)
                recording.Kinds.Add(kind);
        }
        if ((recorded & 1) != 0)
            recording.Samplers.Add(new Sampler("cpu-clock", Elapsed.FromMilliseconds(1), IsTimer: true));
        return recording;
    }

    static IEnumerable<KernelEvent> Make(Any[] events, Recording recording)
    {
        string[] comms = ["a", "ksoftirqd/0", "napi/eth0-1", "swapper/0", "evil\nname"];
        long now = 1_000_000_000;
        foreach (var any in events)
        {
            now += any.After;
            int c = any.Choice;
            var comm = recording.Names.Intern(comms[c % comms.Length]);
            var other = recording.Names.Intern(comms[c / 7 % comms.Length]);
            var head = new EventHead(new KernelTime(now), default, new Pid(c % 4 - 1), new Tid(c % 5 - 1), (ContextFlags)any.Flags);
            var vector = c % 3 == 0 ? (SoftirqVector)(c % SoftirqVectors.Count) : SoftirqVector.NetRx;
            yield return any.Kind switch
            {
                EventKind.Sample => KernelEvent.Sample(head, c % 2 == 0, 0),
                EventKind.SoftirqRaise or EventKind.SoftirqEntry or EventKind.SoftirqExit => KernelEvent.Softirq(head, any.Kind, vector),
                EventKind.HardirqEntry or EventKind.HardirqExit => KernelEvent.Hardirq(head, any.Kind, c, comm),
                EventKind.VectorEntry or EventKind.VectorExit => KernelEvent.IrqVector(head, any.Kind, recording.Names.Intern("local_timer")),
                EventKind.SchedSwitch => KernelEvent.Switch(head, c % 140, (SwitchDoor)(c % 4), comm, new Tid(c / 5 % 5), c % 140, other),
                EventKind.SchedWaking or EventKind.SchedWakeup => KernelEvent.Waking(head, any.Kind, new Tid(c % 5), comm, 120, default),
                EventKind.NapiPoll => KernelEvent.NapiPoll(head, c % 65, 64, comm, c % 3),
                EventKind.SyscallEnter or EventKind.SyscallExit => KernelEvent.Syscall(head, any.Kind, c % 300),
                EventKind.CpuIdle => KernelEvent.CpuIdle(head, c % 4 - 1),
                EventKind.WorkStart or EventKind.WorkEnd => KernelEvent.Workqueue(head, any.Kind, comm),
                EventKind.Lost or EventKind.Throttle or EventKind.Unthrottle => KernelEvent.LostOrThrottled(head, any.Kind, 1),
                _ => KernelEvent.Other(head),
            };
        }
    }

    static ReadOnlySpan<ulong> ChainOf(in KernelEvent e) => e.Kind == EventKind.Sample && e.InKernel ? [ChainMarker.Kernel, 0xffffffff81000010] : [];

    static bool AddsUp(Budget budget, Elapsed wait) =>
        budget.Wait == wait && budget.Sum(_ => true) == wait && budget.Entries.All(entry => entry.Length >= Elapsed.Zero)
        && Enum.GetValues<HolderKind>().Sum(kind => budget.Of(kind).Nanoseconds) == wait.Nanoseconds;

    [Fact]
    public void The_parts_of_every_wait_add_up_to_it() => genRecordings.Sample(recorded =>
    {
        var recording = RecordingOf(recorded.Recorded);
        var diagnosis = new Diagnosis(recording, DiagnosisOptions.Default with { Threshold = new Elapsed(1) });
        foreach (var e in Make(recorded.Events, recording))
            diagnosis.Accept(e, ChainOf(e));
        return diagnosis.Conclude().Stalls.All(stall => AddsUp(stall.Budget, stall.Wait.Length));
    }, iter: 3_000);

    [Fact]
    public void No_culprit_held_more_than_the_whole_wait_and_none_is_idle() => genRecordings.Sample(recorded =>
    {
        var recording = RecordingOf(recorded.Recorded);
        var diagnosis = new Diagnosis(recording, DiagnosisOptions.Default with { Threshold = new Elapsed(1) });
        foreach (var e in Make(recorded.Events, recording))
            diagnosis.Accept(e, ChainOf(e));
        return diagnosis.Conclude().Stalls.All(stall => stall.Culprit is not { } culprit
            || (culprit.Held <= stall.Wait.Length && culprit.Held >= Elapsed.Zero && culprit.Tid != Tid.Idle));
    }, iter: 3_000);

    // A window that was cut short before the wait's begin knows less, and says so: the rest is unknown, not nobody's.
    [Fact]
    public void They_add_up_where_the_window_has_been_dropped() => Gen.Select(genRecordings, Gen.Int[1, 40]).Sample((recorded, times) =>
    {
        var recording = RecordingOf(recorded.Recorded);
        var window = new EventWindow(mostEvents: 1024);
        var (first, last) = (new KernelTime(long.MaxValue), default(KernelTime));
        long later = 0;
        for (int i = 0; i < times; i++)
        {
            foreach (var e in Make(recorded.Events, recording))
            {
                var moved = e.At(e.Time + new Elapsed(later));
                window.Add(moved, ChainOf(moved));
                (first, last) = (KernelTime.Min(first, moved.Time), moved.Time);
            }
            later = (last - new KernelTime(1_000_000_000)).Nanoseconds;
        }
        var wait = new Wait(default, first, last + new Elapsed(1), WaitEvidence.RaiseToEntry, new Tid(1), IsUpperBound: false);
        var trace = new WaitTracer(recording, new StackReader(recording.Frames)).Trace(wait, window.Since(default), beat: null);
        return AddsUp(BudgetBuilder.Of(trace, recording), wait.Length);
    }, iter: 1_000);

    [Fact]
    public void They_add_up_where_the_window_is_empty()
    {
        var recording = RecordingOf(0);
        var wait = new Wait(default, new KernelTime(5), new KernelTime(105), WaitEvidence.RaiseToEntry, new Tid(1), IsUpperBound: false);
        var trace = new WaitTracer(recording, new StackReader(recording.Frames)).Trace(wait, new EventWindow().Since(default), beat: null);
        var budget = BudgetBuilder.Of(trace, recording);
        Assert.Equal([new BudgetEntry(Holder.Nobody, new Elapsed(100))], budget.Entries);
    }
}
