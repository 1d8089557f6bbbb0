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
    // Silences with one culprit in one place. Of thousands of stalls each asks once for all of its kind.
    sealed class Suspicion
    {
        public int Silences;
        public readonly HashSet<Tid> Tasks = [];
        public bool? IsNoChance;
    }

    readonly Dictionary<(string? Comm, string? Where), Suspicion> _suspicions = [];
    readonly Dictionary<string, int> _singleHandlers = [];
    readonly MeasuredWaits _measured = new();
    readonly Dictionary<Tid, int> _silencesOver = [];
    int _silences;

    /// <summary>The stalls to tell, in order of begin.</summary>
    public List<Stall> Settle(List<Stall> stalls)
    {
        foreach (var stall in stalls)
            Count(stall);

        var settled = new List<Stall>();
        foreach (var stall in stalls)
        {
            if (stall.Wait.Evidence == WaitEvidence.SampleHole && _measured.Cover(stall.Wait))
                continue;
            var weighed = stall.Mechanism switch
            {
                Mechanism.SyscallBlocksKsoftirqd or Mechanism.KsoftirqdOutcompeted when SleepingCalls.Contains(stall.Culprit?.Syscall) =>
                    Unnamed(stall, $"`{stall.Culprit?.Comm}` was on the CPU, but in {stall.Culprit?.Syscall}(), which sleeps: the CPU itself may have stood still."),
                Mechanism.InterruptsOff => WeighInterruptsOff(stall),
                Mechanism.HardirqStorm when stall.IsSingleHandler => WeighOneInterrupt(stall),
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

    void Count(Stall stall)
    {
        if (stall.Wait.Evidence == WaitEvidence.SampleHole)
        {
            _silences++;
            _silencesOver[stall.Wait.ServedBy] = _silencesOver.GetValueOrDefault(stall.Wait.ServedBy) + 1;
        }
        else
        {
            _measured.Add(stall.Wait);
        }
        if (stall is { Mechanism: Mechanism.HardirqStorm, IsSingleHandler: true })
            _singleHandlers[stall.Culprit?.Function ?? ""] = _singleHandlers.GetValueOrDefault(stall.Culprit?.Function ?? "") + 1;
        if (stall is { Mechanism: Mechanism.InterruptsOff, Culprit: { } culprit })
        {
            if (!_suspicions.TryGetValue(KeyOf(culprit), out var suspicion))
                _suspicions.Add(KeyOf(culprit), suspicion = new Suspicion());
            suspicion.Silences++;
            if (culprit.Tid is { } tid)
                suspicion.Tasks.Add(tid);
        }
    }

    static (string?, string?) KeyOf(Culprit culprit) => (culprit.Comm, culprit.Function ?? culprit.Syscall);

    // A silence that ends where interrupts come back, or that fills a system call, may still be a virtual CPU that stood still
    // there by chance. A function known for it is no chance, nor is the same culprit nearly each time it was at work.
    Stall WeighInterruptsOff(Stall stall)
    {
        if (stall.Culprit is not { } culprit)
            return stall;
        if (culprit.Function is null && culprit.Syscall is null)
            return Unnamed(stall, $"`{culprit.Comm}` was on the CPU as the silence ended, in no function that could have caused it.");

        var suspicion = _suspicions[KeyOf(culprit)];
        bool known = stall.KnownCause is { } cause && cause.Id != ShowFunctions.GenericId;
        if (known || IsNoChance(suspicion, culprit))
        {
            // One that fills its system call is as sure as the next, but a single one may be a coincidence that nobody expects.
            bool sure = stall.Confidence == Confidence.High && (known || suspicion.Silences >= 2);
            return sure ? stall : stall with { Confidence = Confidence.Medium };
        }
        return Unnamed(stall,
            $"`{culprit.Comm}` was in {culprit.Function ?? culprit.Syscall ?? "the kernel"} as the silence ended, but it mostly is without any: a virtual CPU that was not running would look the same.");
    }

    bool IsNoChance(Suspicion suspicion, Culprit culprit)
    {
        // A kernel thread's work is not told apart from its waiting, and it is waiting most of the time.
        if (culprit.Syscall is null || SleepingCalls.Contains(culprit.Syscall))
            return false;
        if (suspicion.IsNoChance ??= activity.IsNoChance(suspicion.Silences, culprit.Comm, suspicion.Tasks, culprit.Syscall))
            return true;
        // Whoever reads one file that takes long reads others that do not, so how often it reads says little. But chance would strike it wherever
        // it runs, in user mode too, and not mostly in the making of that file.
        int ofThem = suspicion.Tasks.Sum(task => _silencesOver.GetValueOrDefault(task));
        return culprit.File is not null && suspicion.Silences >= 2 && suspicion.Silences * 2 >= ofThem;
    }

    // The same for one interrupt's handler that seems to have taken all of it.
    Stall WeighOneInterrupt(Stall stall)
    {
        int alike = _singleHandlers[stall.Culprit?.Function ?? ""];
        if (alike >= 3 && alike * 2 >= _silences)
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
