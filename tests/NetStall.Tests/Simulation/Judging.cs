// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Simulation;
using NetStall.Verdicts;

namespace NetStall.Tests.Simulation;

/// <summary>Simulates a host, captures it, and has the judge look at the capture.</summary>
static class Judging
{
    public static readonly Capture Everything = new() { Interrupts = true, Syscalls = true, Idle = true, SampleRate = 999 };

    /// <summary>Level B of docs/evidence.md.</summary>
    public static readonly Capture SamplesAndTracepoints = new() { SampleRate = 999 };

    public static Report Of(Host host, Elapsed length, Capture? capture = null, ulong seed = 1, Elapsed? threshold = null)
    {
        var path = new ReceivePath(host, seed, length) { Capture = capture ?? SamplesAndTracepoints, IsChecked = true };
        var diagnosis = new Diagnosis(path.Recording, new DiagnosisOptions(threshold ?? Elapsed.FromMilliseconds(10), Elapsed.FromMilliseconds(100)));
        path.Run(diagnosis);
        return diagnosis.Conclude();
    }

    /// <summary><c>syscall-blocks-ksoftirqd by metrics-agent in setgroups, 3 times</c>, one line a kind.</summary>
    public static string Kinds(Report report) => string.Join(
        '\n',
        report.Stalls.GroupBy(s => $"{s.Mechanism.Name()} by {s.Culprit?.Comm ?? s.Culprit?.Function ?? "nobody"}{(s.Culprit?.Syscall is { } call ? $" in {call}" : "")}, {s.Confidence}")
            .OrderByDescending(g => g.Count()).Select(g => $"{g.Key}: {g.Count()}"));
}
