// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using NetStall.Model;
using NetStall.Tests.Drawings;
using NetStall.Verdicts;
using NetStall.Waits;
using Xunit;

namespace NetStall.Tests.Verdicts;

/// <summary>samples/gate-6.1, the recording that <c>make demo</c> shows: its README tells the story.</summary>
public class GateSampleTests
{
    const string Folder = "samples/gate-6.1/";

    // Not by us. perf's own text, the first NET_RX raise of a CPU kept until that CPU's next entry:
    //
    //     perf script -i tp.data --ns -F cpu,time,event,trace | awk '/vec=3 / { gsub(/[\[\]:]/, "", $1); t = $2; gsub(/[.:]/, "", t)
    //         if ($3 ~ /raise/) { if (!($1 in p)) p[$1] = t } else if ($3 ~ /entry/) { if ($1 in p && t - p[$1] >= 1e7) print $1, p[$1], t; delete p[$1] } }'
    static readonly (long Begin, long End)[] ByPerfScript =
    [
        (9942855120, 9982525030),
        (10946951920, 11127538520),
        (12019728510, 12347604910),
        (14538205190, 14787800550),
        (15728270560, 15963673490),
        (16869796650, 17055444510),
        (19932281640, 19966140830),
    ];

    static readonly Lazy<Report> Tracepoints = new(() => Recorded.Judge(Folder + "tp.data"));
    static readonly Lazy<Report> WithSymbols = new(() => Recorded.Judge(Folder + "blog.data", Folder + "kallsyms.gz"));

    [Fact]
    public void The_seven_waits_begin_and_end_where_perf_script_says() =>
        Assert.Equal(ByPerfScript, Tracepoints.Value.Stalls.Select(s => (s.Wait.Begin.Nanoseconds, s.Wait.End.Nanoseconds)));

    [Fact]
    public void Each_is_the_long_system_call_of_metrics_agent_and_of_nobody_else() => Assert.All(Tracepoints.Value.Stalls, stall =>
    {
        Assert.Equal(new CpuId(1), stall.Wait.Cpu);
        Assert.Equal(WaitEvidence.RaiseToEntry, stall.Wait.Evidence);
        Assert.Equal(Mechanism.SyscallBlocksKsoftirqd, stall.Mechanism);
        Assert.Equal(Confidence.High, stall.Confidence);
        Assert.Equal("metrics-agent", stall.Culprit?.Comm);
        Assert.Equal(new Tid(128), stall.Culprit?.Tid);
        Assert.InRange(stall.Culprit!.Share, 0.99, 1.0);
        // It was recorded without system calls and stacks: which call it was, nothing in it tells.
        Assert.Null(stall.Culprit.Syscall);
        Assert.Empty(stall.Doubts);
    });

    [Fact]
    public void All_that_was_raised_is_accounted_for()
    {
        var coverage = Tracepoints.Value.Coverage;
        Assert.Equal(3080, coverage.Raises);
        Assert.Equal(0, coverage.Unpaired);
        Assert.Equal(new Elapsed(327_876_400), coverage.WorstWait);
        Assert.Equal(GateVerdict.Present, Tracepoints.Value.Gate);
        var first = Assert.Single(Tracepoints.Value.Ranking);
        Assert.Equal(("metrics-agent", 7), (first.Comm, first.Stalls));
    }

    // 64 bytes from 10.78.0.2: icmp_seq=311 ttl=63 time=296 ms
    // What was sent while nobody served came back at one moment: a tooth of the saw, each ping later and shorter than the one before.
    static List<double> SawTeeth()
    {
        var times = File.ReadLines(Recorded.InRepository(Folder + "ping.txt"))
            .Where(line => line.Contains("icmp_seq=", StringComparison.Ordinal))
            .Select(line => line[(line.IndexOf("time=", StringComparison.Ordinal) + 5)..^3])
            .Select(ms => double.Parse(ms, CultureInfo.InvariantCulture)).ToList();
        var teeth = new List<double>();
        for (int i = 1; i + 1 < times.Count; i++)
        {
            if (times[i] >= 25 && times[i] > times[i - 1] && times[i] > times[i + 1])
                teeth.Add(times[i]);
        }
        return teeth;
    }

    [Fact]
    public void The_sender_saw_the_same_waits()
    {
        const double PingIntervalMilliseconds = 6;
        var teeth = SawTeeth();
        Assert.Equal(ByPerfScript.Length, teeth.Count);
        Assert.All(Tracepoints.Value.Stalls.Zip(teeth), pair =>
            Assert.InRange(pair.First.Wait.Length.Milliseconds, pair.Second - PingIntervalMilliseconds, pair.Second + PingIntervalMilliseconds));
    }

    [Fact]
    public void Each_wait_lies_in_a_call_that_metrics_agent_timed_itself()
    {
        // TRUTH cpu=1 comm=metrics-agent pid=128 syscall=setgroups begin=9.737738650 dur_us=491946 r=0
        var calls = File.ReadLines(Recorded.InRepository(Folder + "truth.txt")).Where(l => l.StartsWith("TRUTH", StringComparison.Ordinal)).Select(line =>
        {
            var fields = line.Split(' ').Skip(1).ToDictionary(f => f.Split('=')[0], f => f.Split('=')[1]);
            long begin = (long)(decimal.Parse(fields["begin"], CultureInfo.InvariantCulture) * 1_000_000_000);
            return (Begin: begin, End: begin + long.Parse(fields["dur_us"], CultureInfo.InvariantCulture) * 1000);
        }).ToList();
        Assert.Equal(12, calls.Count);
        Assert.All(Tracepoints.Value.Stalls, stall => Assert.Contains(calls, call =>
            Overlap(call, (stall.Wait.Begin.Nanoseconds, stall.Wait.End.Nanoseconds)) * 100 >= stall.Wait.Length.Nanoseconds * 98));
    }

    [Fact]
    public void Short_waits_of_tasks_in_user_mode_are_not_laid_on_system_calls_or_ksoftirqd()
    {
        var report = Recorded.Judge(Folder + "tp.data", threshold: Elapsed.FromMilliseconds(1));
        Assert.Equal(ByPerfScript, report.Stalls.Where(s => s.Wait.Length >= Elapsed.FromMilliseconds(10)).Select(s => (s.Wait.Begin.Nanoseconds, s.Wait.End.Nanoseconds)));
        Assert.True(report.Stalls.Count > ByPerfScript.Length, "there are short waits to be wrong about");
        Assert.All(report.Stalls, stall =>
        {
            Assert.False(stall.Culprit?.Comm?.StartsWith("ksoftirqd", StringComparison.Ordinal) ?? false, "ksoftirqd is where waits end");
            if (stall.Mechanism == Mechanism.SyscallBlocksKsoftirqd)
                Assert.Equal("metrics-agent", stall.Culprit?.Comm);
            if (stall.Culprit?.Comm == "busybox")
                Assert.Contains(stall.Mechanism, new[] { Mechanism.KsoftirqdOutcompeted, Mechanism.Unknown });
        });
    }

    [Fact]
    public void The_article_s_recipe_names_the_call_and_no_innocent()
    {
        var stalls = WithSymbols.Value.Stalls;
        var named = stalls.Where(s => s.Culprit is not null).ToList();
        Assert.All(named, stall => Assert.Equal(("metrics-agent", "setgroups"), (stall.Culprit!.Comm, stall.Culprit.Syscall)));
        Assert.All(named, stall => Assert.True(stall.Wait.IsUpperBound, "samples bound a wait, they do not measure it"));
        // The five long ones; of those of 34 and 40 ms samples every few ms may see less.
        Assert.True(named.Count(s => s.Confidence >= Confidence.Medium && s.Wait.Length >= Elapsed.FromMilliseconds(150)) >= 5);
    }

    [Fact]
    public void Without_symbols_it_still_says_who_and_when()
    {
        var report = Recorded.Judge(Folder + "blog.data");
        var named = report.Stalls.Where(s => s.Culprit is not null).ToList();
        Assert.All(named, stall =>
        {
            Assert.Equal("metrics-agent", stall.Culprit!.Comm);
            Assert.Null(stall.Culprit.Syscall);
            Assert.Equal(Confidence.Low, stall.Confidence);
        });
        // Less can be told apart, so some bounds are wider.
        Assert.All(WithSymbols.Value.Stalls.Where(s => s.Wait.Length >= Elapsed.FromMilliseconds(150)), long_ =>
            Assert.Contains(named, s => s.Wait.Begin <= long_.Wait.End && s.Wait.End >= long_.Wait.Begin));
        Assert.False(report.CanAcquit);
    }

    static long Overlap((long Begin, long End) a, (long Begin, long End) b) => Math.Max(0, Math.Min(a.End, b.End) - Math.Max(a.Begin, b.Begin));
}
