// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace NetStall.KernelTests.Lab;

/// <summary>The lab takes back all that it made, however it ends.</summary>
public sealed class NothingIsLeftTests
{
    [Theory]
    [InlineData("bottom-halves-off")]
    [InlineData("memory-stat")]
    public void A_run_that_ends_by_itself_leaves_nothing(string kind)
    {
        var before = Remains.Count();
        using var lab = Start(kind, "--shots", "1");
        Assert.True(lab.WaitForExit(TimeSpan.FromMinutes(3)));
        Assert.InRange(lab.ExitCode, 0, 1);

        Assert.Equal("nothing", Remains.Of(before));
    }

    [Theory]
    [InlineData("bottom-halves-off", "TERM")]
    [InlineData("bottom-halves-off", "INT")]
    [InlineData("memory-stat", "TERM")]
    public void Neither_does_one_that_is_told_to_end_in_the_middle(string kind, string signal)
    {
        var before = Remains.Count();
        using var lab = StartAndStop(kind, signal);
        Clean();

        Assert.Equal("nothing", Remains.Of(before));
    }

    [Theory]
    [InlineData("bottom-halves-off")]
    [InlineData("memory-stat")]
    public void What_a_killed_one_leaves_is_found_and_removed_by_clean(string kind)
    {
        var before = Remains.Count();
        using var lab = StartAndStop(kind, "KILL");
        Clean();

        Assert.Equal("nothing", Remains.Of(before));
    }

    // Stopped once its world stands: the NAPI thread is the one thing of it that can be seen from outside.
    static Process StartAndStop(string kind, string signal)
    {
        var lab = Start(kind, "--threaded");
        Assert.True(SpinWait.SpinUntil(() => ShotsBegan(lab), TimeSpan.FromMinutes(1)), "The lab never came to its stalls.");
        using (var kill = Process.Start("kill", [$"-{signal}", lab.Id.ToString(CultureInfo.InvariantCulture)]))
            kill.WaitForExit();
        Assert.True(lab.WaitForExit(TimeSpan.FromSeconds(20)), $"The lab did not end by SIG{signal}.");
        Assert.True(SpinWait.SpinUntil(() => Remains.StallProcesses() == 0, TimeSpan.FromSeconds(20)), "The process that makes the stalls did not end with the lab.");
        return lab;
    }

    // The recording stands in its folder as soon as it has begun.
    static bool ShotsBegan(Process lab)
    {
        Thread.Sleep(50);
        return Directory.GetDirectories(Path.GetTempPath(), $"netstall-lab-{lab.Id}-*").Any(folder => Directory.EnumerateFileSystemEntries(folder).Any());
    }

    static void Clean()
    {
        using var clean = Start("--clean");
        clean.WaitForExit();
        Assert.Equal(0, clean.ExitCode);
    }

    static Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "netstall"), ["lab", .. arguments]);
        return Process.Start(start)!;
    }
}
