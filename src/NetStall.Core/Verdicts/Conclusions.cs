// SPDX-License-Identifier: Apache-2.0
using NetStall.Catalogue;
using NetStall.Model;
using NetStall.Waits;

namespace NetStall.Verdicts;

/// <summary>What can be said only when all stalls are known: which are two views of one, and which lone suspicion stays a suspicion.</summary>
/// <param name="activity">How much each task was seen.</param>
/// <param name="idleIsTold">Whether idle CPUs can be told from silent ones.</param>
sealed class Conclusions(TaskActivity activity, bool idleIsTold)
{
    public List<Stall> Settle(List<Stall> stalls)
    {
        var settled = new List<Stall>();
        foreach (var stall in stalls)
        {
            if (stall.Wait.Evidence == WaitEvidence.SampleHole && stalls.Exists(other => Covers(other, stall)))
                continue;
            var weighed = stall.Mechanism switch
            {
                Mechanism.SyscallBlocksKsoftirqd or Mechanism.KsoftirqdOutcompeted when SleepingCalls.Contains(stall.Culprit?.Syscall) =>
                    Unnamed(stall, $"`{stall.Culprit?.Comm}` was on the CPU, but in {stall.Culprit?.Syscall}(), which sleeps: the CPU itself may have stood still."),
                Mechanism.InterruptsOff => WeighInterruptsOff(stall, stalls),
                Mechanism.HardirqStorm when stall.IsSingleHandler => WeighOneInterrupt(stall, stalls),
                _ => stall,
            };
            // Where nothing tells who idled, a silence that nobody can be named for is most likely an idle CPU that was not sampled.
            if (weighed.Wait.Evidence == WaitEvidence.SampleHole && weighed.Mechanism == Mechanism.Unknown && !idleIsTold)
                continue;
            settled.Add(weighed);
        }
        settled.Sort((a, b) => a.Wait.Begin != b.Wait.Begin ? a.Wait.Begin.CompareTo(b.Wait.Begin) : a.Wait.Cpu.Value.CompareTo(b.Wait.Cpu.Value));
        return settled;
    }

    // A silence inside a wait that raise and entry measured is part of that wait.
    static bool Covers(Stall exact, Stall hole)
    {
        if (exact.Wait.Evidence == WaitEvidence.SampleHole || exact.Wait.Cpu != hole.Wait.Cpu)
            return false;
        var begin = KernelTime.Max(exact.Wait.Begin, hole.Wait.Begin);
        var end = KernelTime.Min(exact.Wait.End, hole.Wait.End);
        return (end - begin).Nanoseconds * 2 >= hole.Wait.Length.Nanoseconds;
    }

    // A silence that ends where interrupts come back, or that fills a system call, may still be a virtual CPU that stood still
    // there by chance. A function known for it is no chance, nor is the same culprit nearly each time it was at work.
    Stall WeighInterruptsOff(Stall stall, List<Stall> all)
    {
        if (stall.Culprit is not { } culprit)
            return stall;
        var alike = all.FindAll(other => other.Mechanism == Mechanism.InterruptsOff && other.Culprit is { } c
            && c.Comm == culprit.Comm && (c.Function ?? c.Syscall) == (culprit.Function ?? culprit.Syscall));
        if (culprit.Function is null && culprit.Syscall is null)
            return Unnamed(stall, $"`{culprit.Comm}` was on the CPU as the silence ended, in no function that could have caused it.");
        bool known = stall.KnownCause is { } cause && cause.Id != ShowFunctions.GenericId;
        bool sameFile = culprit.File is not null && alike.Count >= 2;
        var tasks = alike.Select(s => s.Culprit!.Tid).OfType<Tid>().ToHashSet();
        // A kernel thread's work is not told apart from its waiting, and it is waiting most of the time.
        if (known || sameFile || (culprit.Syscall is not null && !SleepingCalls.Contains(culprit.Syscall) && activity.IsNoChance(alike.Count, culprit.Comm, tasks, culprit.Syscall)))
            return stall.Confidence == Confidence.High ? stall : stall with { Confidence = Confidence.Medium };
        return Unnamed(stall,
            $"`{culprit.Comm}` was in {culprit.Function ?? culprit.Syscall ?? "the kernel"} as the silence ended, but it mostly is without any: a virtual CPU that was not running would look the same.");
    }

    // The same for one interrupt's handler that seems to have taken all of it.
    static Stall WeighOneInterrupt(Stall stall, List<Stall> all)
    {
        int alike = all.Count(other => other is { Mechanism: Mechanism.HardirqStorm, IsSingleHandler: true } && other.Culprit?.Function == stall.Culprit?.Function);
        int silences = all.Count(other => other.Wait.Evidence == WaitEvidence.SampleHole);
        if (alike >= 3 && alike * 2 >= silences)
            return stall with { Confidence = Confidence.Medium };
        return Unnamed(stall,
            $"One interrupt ({stall.Culprit?.Function ?? "unknown"}) seems to have taken all of it, but that is rare here: a virtual CPU that stopped inside it would look the same.");
    }

    static Stall Unnamed(Stall stall, string doubt) => stall with
    {
        Mechanism = Mechanism.Unknown,
        Confidence = Confidence.Low,
        Culprit = null,
        KnownCause = null,
        Doubts = [.. stall.Doubts, doubt],
    };
}
