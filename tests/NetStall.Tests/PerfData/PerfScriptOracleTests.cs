// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using NetStall.Linux.Symbols;
using NetStall.Model;
using NetStall.PerfData;
using NetStall.Recordings;
using NetStall.Symbols;
using NetStall.Linux.Files;
using Xunit;

namespace NetStall.Tests.PerfData;

/// <summary>What we read of a perf.data is what perf itself prints of it.</summary>
public sealed class PerfScriptOracleTests
{
    internal static List<string> PerfScript(params string[] arguments)
    {
        var start = new ProcessStartInfo("perf") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (string[])["script", "--ns", "--no-inline", .. arguments])
            start.ArgumentList.Add(argument);
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new InvalidOperationException("These tests compare with perf: install Debian's linux-perf (scripts/install-packages.sh).");
        }
        _ = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return [.. output.Split('\n')];
    }

    internal static string Time(KernelTime time) => string.Create(CultureInfo.InvariantCulture, $"{time.Nanoseconds / 1_000_000_000}.{time.Nanoseconds % 1_000_000_000:D9}");

    [Fact]
    public void Every_tracepoint_is_what_perf_prints()
    {
        // perf 122 [000]     9.058419840:  sched:sched_switch: prev_comm=perf prev_pid=122 prev_prio=120 prev_state=D ==> next_comm=migration/0 …
        var expected = PerfScript("-i", Samples.TracepointsOfTheGate, "-F", "tid,cpu,time,event,trace").Where(l => l.Length > 0)
            .Select(l => string.Join(' ', l.Split(' ', StringSplitOptions.RemoveEmptyEntries))).ToList();

        var reader = new PerfDataReader(new FileBytes(Samples.TracepointsOfTheGate));
        var seen = new Seen(reader.Recording);
        reader.ReadTo(seen);
        var names = reader.Recording.Names;
        var actual = seen.Events.Select(e => e.Event).OrderBy(e => e.Time).Select(e =>
            $"{e.Tid} [{e.Cpu.Value:D3}] {Time(e.Time)}: " + e.Kind switch
            {
                EventKind.SoftirqRaise => $"irq:softirq_raise: vec={(int)e.Vector} [action={e.Vector.KernelName()}]",
                EventKind.SoftirqEntry => $"irq:softirq_entry: vec={(int)e.Vector} [action={e.Vector.KernelName()}]",
                EventKind.SoftirqExit => $"irq:softirq_exit: vec={(int)e.Vector} [action={e.Vector.KernelName()}]",
                EventKind.SchedWaking => $"sched:sched_waking: comm={names.Text(e.WokenComm)} pid={e.WokenTid} prio={e.WokenPriority} target_cpu={e.TargetCpu.Value:D3}",
                EventKind.SchedSwitch => $"sched:sched_switch: prev_comm={names.Text(e.PreviousComm)} prev_pid={e.Tid} prev_prio={e.PreviousPriority} prev_state={e.Door}"
                    + $" ==> next_comm={names.Text(e.NextComm)} next_pid={e.NextTid} next_prio={e.NextPriority}",
                EventKind.NapiPoll => $"napi:napi_poll: for device {names.Text(e.Device) ?? "(no_device)"} work {e.Work} budget {e.Budget}",
                _ => "?",
            }).ToList();

        Assert.Equal(expected.Select(Comparable).Order(StringComparer.Ordinal), actual.Order(StringComparer.Ordinal));
    }

    // Pointers are nobody's business, and states are doors here: R at the return to user mode, R+ in the kernel, all else gone.
    static string Comparable(string line)
    {
        line = System.Text.RegularExpressions.Regex.Replace(line, "napi poll on napi struct 0x[0-9a-f]+ ", "");
        return System.Text.RegularExpressions.Regex.Replace(line, "prev_state=(\\S+)", m => $"prev_state={m.Groups[1].Value switch { "R" => SwitchDoor.Runnable, "R+" => SwitchDoor.Preempted, _ => SwitchDoor.Gone }}");
    }

    [Fact]
    public void Every_sample_and_every_kernel_frame_is_what_perf_prints()
    {
        string kallsyms = Path.GetTempFileName();
        try
        {
            using (var gzip = new GZipStream(File.OpenRead(Samples.KallsymsOfTheGate), CompressionMode.Decompress))
            using (var plain = File.Create(kallsyms))
                gzip.CopyTo(plain);

            // 121/121   [001]     8.698671728:
            //         ffffffff81355ae3 pipe_write+0x313 ([kernel.kallsyms])
            var expected = new List<string>();
            foreach (string line in PerfScript("-i", Samples.SamplesOfTheGate, "--kallsyms", kallsyms, "-F", "pid,tid,cpu,time,ip,sym,symoff,dso"))
            {
                if (line.Length > 0 && line[0] != '\t')
                    expected.Add(string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
                else if (line.EndsWith("([kernel.kallsyms])", StringComparison.Ordinal))
                    expected.Add(line.Trim()[..^" ([kernel.kallsyms])".Length]);
            }

            var reader = new PerfDataReader(new FileBytes(Samples.SamplesOfTheGate));
            var symbols = new RecordedSymbols(reader.Spaces, () => KernelSymbolFile.Read(kallsyms));
            var seen = new Seen(reader.Recording);
            reader.ReadTo(seen);
            var actual = new List<string>();
            foreach (var (e, chain) in seen.Events.OrderBy(e => e.Event.Time))
            {
                actual.Add($"{e.Pid}/{e.Tid} [{e.Cpu.Value:D3}] {Time(e.Time)}:");
                foreach (var frame in symbols.Resolve(chain, e.Pid, e.Time).Where(f => f is { InKernel: true, Module: "[kernel]" }))
                    actual.Add(string.Create(CultureInfo.InvariantCulture, $"{frame.Address:x16} {frame.Function ?? "[unknown]"}{(frame.Function is null ? "" : $"+0x{frame.Offset:x}")}").TrimStart('0'));
            }

            Assert.True(actual.Count > 20_000, $"{actual.Count} lines");
            Assert.Equal(expected, actual);
        }
        finally
        {
            File.Delete(kallsyms);
        }
    }
}
