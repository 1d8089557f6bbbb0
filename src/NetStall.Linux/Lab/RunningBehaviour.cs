// SPDX-License-Identifier: Apache-2.0
using System.IO.Compression;
using NetStall.Linux.Native;
using NetStall.Linux.Symbols;
using NetStall.Model;

namespace NetStall.Linux.Lab;

/// <summary>The behaviour of the kernel that runs here, as far as its files and clocks tell.</summary>
static unsafe class RunningBehaviour
{
    public static KernelBehaviour Read()
    {
        string? release = RunningKernel.Release();
        return new KernelBehaviour(
            KernelBehaviour.ExpectsGate(release), GateIsObserved: false,
            PreemptionModel.IsPreemptible(TextOf("/sys/kernel/debug/sched/preempt"), TextOf("/proc/cmdline"), Configuration(release), TextOf("/proc/version")),
            Tick());
    }

    // The coarse clock steps once a tick, and says how far: the one place that tells CONFIG_HZ to anybody.
    static Elapsed Tick()
    {
        LabNative.TimeSpec step;
        return LabNative.clock_getres(LabNative.CoarseClock, &step) == 0
            ? new Elapsed(step.Seconds * 1_000_000_000 + step.Nanoseconds)
            : throw SystemCallException.Last("clock_getres");
    }

    static string? Configuration(string? release)
    {
        if (TextOf($"/boot/config-{release}") is { } text)
            return text;
        try
        {
            using var file = File.OpenRead("/proc/config.gz");
            using var unpacked = new StreamReader(new GZipStream(file, CompressionMode.Decompress));
            return unpacked.ReadToEnd();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return null;
        }
    }

    static string? TextOf(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
