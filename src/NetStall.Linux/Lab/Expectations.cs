// SPDX-License-Identifier: Apache-2.0
using NetStall.Verdicts;

namespace NetStall.Linux.Lab;

/// <summary>The table of the lab: what each kind of stall must lead to, by kernel and by the way of the packets.</summary>
/// <remarks>
/// <code>
///                  softirq, gate (4.9 .. 6.4)   softirq, no gate        NAPI thread
///   Task           syscall-blocks-ksoftirqd     nothing: &lt; a tick      napi-thread-starved
///   BottomHalves   bottom-halves-off            bottom-halves-off       napi-thread-starved
///   Interrupts     interrupts-off               interrupts-off          interrupts-off
///   HardInterrupt  hardirq-storm, no task       the same                the same
///   OwnSoftirq     softirq-hog, its raiser      the same                the same
///   Softirq        softirq-hog, no task         the same                the same
///   RealTime       nothing                      nothing                 realtime-starvation
///   Competition    ksoftirqd-outcompeted        nothing                 napi-thread-starved
/// </code>
/// On a preemptible kernel a task in a system call gives the CPU away, so Task leads to nothing.
/// </remarks>
public static class Expectations
{
    public static Expectation Of(Holds holds, Steering steering, KernelBehaviour kernel) => (holds, steering) switch
    {
        (Holds.Nothing, _) => new Expectation.Nothing("it lets others run"),
        (Holds.Task, _) when kernel.IsPreemptible => new Expectation.Nothing("this kernel takes the CPU away in the middle of a system call"),
        (Holds.Task, Steering.NapiThread) => Caller(Mechanism.NapiThreadStarved),
        (Holds.Task, _) when kernel.HasGate => Caller(Mechanism.SyscallBlocksKsoftirqd),
        (Holds.Task, _) => new Expectation.Nothing($"on this kernel the next interrupt serves what waits, after {kernel.Tick.ToExactString()} at most"),
        (Holds.BottomHalves, Steering.NapiThread) => Caller(Mechanism.NapiThreadStarved),
        (Holds.BottomHalves, _) => Caller(Mechanism.BottomHalvesOff),
        (Holds.Interrupts, _) => Caller(Mechanism.InterruptsOff),
        (Holds.HardInterrupt, _) => new Expectation.Stalls(Mechanism.HardirqStorm, Blame.NoTask),
        (Holds.OwnSoftirq, _) => Caller(Mechanism.SoftirqHog),
        (Holds.Softirq, _) => new Expectation.Stalls(Mechanism.SoftirqHog, Blame.NoTask),
        (Holds.RealTime, Steering.NapiThread) => Caller(Mechanism.RealtimeStarvation),
        (Holds.RealTime, _) => new Expectation.Nothing("interrupts serve on top of a real-time task"),
        (Holds.Competition, Steering.NapiThread) => new Expectation.Stalls(Mechanism.NapiThreadStarved, Blame.AnyOfThem),
        (Holds.Competition, _) when kernel.HasGate => new Expectation.Stalls(Mechanism.KsoftirqdOutcompeted, Blame.AnyOfThem),
        (Holds.Competition, _) => new Expectation.Nothing($"on this kernel the next interrupt serves what ksoftirqd left, after {kernel.Tick.ToExactString()} at most"),
        _ => throw new ArgumentOutOfRangeException(nameof(holds), holds, "The table has no line for it."),
    };

    static Expectation.Stalls Caller(Mechanism mechanism) => new(mechanism, Blame.TheCaller);
}
