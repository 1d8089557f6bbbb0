// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Waits;

namespace NetStall.Verdicts;

/// <summary>What can be said only when all stalls are known: which are two views of one, and which lone suspicion stays a suspicion.</summary>
static class Conclusions
{
    public static List<Stall> Settle(List<Stall> stalls, bool idleIsTold)
    {
        var settled = new List<Stall>();
        foreach (var stall in stalls)
        {
            if (stall.Wait.Evidence == WaitEvidence.SampleHole && stalls.Exists(other => Covers(other, stall)))
                continue;
            var weighed = Weigh(stall, stalls);
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

    // One silence that ends where interrupts come back may still be a virtual CPU that stood still there by chance. The same
    // task in the same function again, or a function known for it, is no chance any more.
    static Stall Weigh(Stall stall, List<Stall> all)
    {
        if (stall is { Mechanism: Mechanism.HardirqStorm, IsSingleHandler: true } && !all.Exists(other =>
            !ReferenceEquals(other, stall) && other.Mechanism == Mechanism.HardirqStorm && other.Culprit?.Function == stall.Culprit?.Function))
        {
            return stall with
            {
                Mechanism = Mechanism.Unknown,
                Confidence = Confidence.Low,
                Culprit = null,
                KnownCause = null,
                Doubts = [.. stall.Doubts, $"One interrupt ({stall.Culprit?.Function ?? "unknown"}) seems to have taken all of it, but only once: a virtual CPU that stopped inside it would look the same."],
            };
        }
        if (stall is not { Mechanism: Mechanism.InterruptsOff, Confidence: Confidence.Low, Culprit: { } culprit })
            return stall;
        bool known = stall.KnownCause is not null || culprit.File is not null;
        bool again = all.Exists(other => !ReferenceEquals(other, stall) && other.Mechanism == Mechanism.InterruptsOff
            && other.Culprit is { } c && c.Comm == culprit.Comm && c.Function is not null && c.Function == culprit.Function);
        if (known || again)
            return stall with { Confidence = Confidence.Medium };
        return stall with
        {
            Mechanism = Mechanism.Unknown,
            Culprit = null,
            KnownCause = null,
            Doubts =
            [
                .. stall.Doubts,
                $"The silence ended as `{culprit.Comm}` let interrupts in again in {culprit.Function ?? "the kernel"}, but that was seen only once, and a virtual CPU that was not running would look the same.",
            ],
        };
    }
}
