// SPDX-License-Identifier: Apache-2.0
using System.Text;
using NetStall.Tests.Drawings;
using Xunit;

namespace NetStall.Tests.Verdicts;

/// <summary>A virtual CPU that stands still hits whoever runs. Short-lived processes are each seen a few times only, and yet none is to blame.</summary>
public class ChanceTests
{
    // Twenty processes of one name, one after the other; the CPU stood still in two of them, just where interrupts come back.
    static string Drawn(string legend, string stack)
    {
        var running = new StringBuilder();
        var samples = new StringBuilder();
        const string Letters = "bcdefghijlmnopqrstuv";
        for (int i = 0; i < Letters.Length; i++)
        {
            bool hit = i is 4 or 11;
            string one = hit ? ".ww......................uw." : ".ww.";
            samples.Append(one.Replace("ww", "w.", StringComparison.Ordinal));
            running.Append(Letters[i], 1).Append(char.ToUpperInvariant(Letters[i]), one.Length - 1);
        }
        string tasks = string.Concat(Letters.Select(letter => $"task {letter} = curl{legend}\n"));
        return $"""
            each column 500us 0
            cpu1 running      {running}aaaa
            cpu1 samples      {samples}|.|.
            samples every 1ms
            stack w = entry_SYSCALL_64_after_hwframe do_syscall_64 {stack}
            stack u = entry_SYSCALL_64_after_hwframe do_syscall_64 {stack} _raw_spin_unlock_irqrestore
            {tasks}
            """;
    }

    [Theory]
    [InlineData("")]
    [InlineData(", calls kill")]
    public void Two_silences_among_many_short_lived_processes_name_none_of_them(string calls)
    {
        var report = Judged.Report(Drawing.Of(Drawn(calls, "__x64_sys_kill do_send_sig_info")));

        Assert.Equal(2, report.Stalls.Count);
        Assert.All(report.Stalls, stall => Assert.Null(stall.Culprit));
    }
}
