// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Tests.Drawings;
using Xunit;

namespace NetStall.Tests.Verdicts;

/// <summary>What `--cpu` leaves out must not change what is said of the rest.</summary>
public class ChosenCpuTests
{
    // The thread is woken and runs on cpu0, sleeps, is woken again and runs on cpu1 at once.
    [Fact]
    public void A_napi_thread_that_ran_on_a_cpu_nobody_asked_for_has_not_waited_since() => Assert.Equal(
        "no stall, worst wait 1.000 ms",
        Judged.Text(Chosen(
            """
            each column 1ms   0123456789012345678901234567
            cpu0 running      aannaaaaaaaaaaaaaaaaaaaaaaaa
            cpu0 waking       n...................n.......
            cpu0 doors        ....S.......................
            cpu0 NET_RX       ............................
            cpu1 running      bbbbbbbbbbbbbbbbbbbbbnnbbbbb
            task n = napi/eth0-12
            """, 1)));

    [Fact]
    public void Wake_ups_of_napi_threads_elsewhere_acquit_nobody()
    {
        var report = Chosen(
            """
            each column 1ms   0123456789
            cpu0 running      aannaaaaaa
            cpu0 waking       n.........
            cpu0 doors        ....S.....
            cpu0 NET_RX       ..........
            cpu1 running      bbbbbbbbbb
            task n = napi/eth0-12
            """, 1);

        Assert.Equal(0, report.Coverage.Raises);
        Assert.False(report.CanAcquit);
    }

    static NetStall.Verdicts.Report Chosen(string text, int cpu)
    {
        var drawing = Drawing.Of(text);
        return Judged.Report(drawing, drawing.Events, cpus: new HashSet<CpuId> { new(cpu) });
    }
}
