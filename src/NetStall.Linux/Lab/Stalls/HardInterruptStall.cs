// SPDX-License-Identifier: Apache-2.0
using NetStall.Linux.Bpf;
using NetStall.Linux.PerfEvents;
using NetStall.Model;
using NetStall.PerfData.Writing;

namespace NetStall.Linux.Lab.Stalls;

/// <summary>A timer of this thread whose interrupt runs a program that holds: in hard interrupt context, in no system call.</summary>
sealed class HardInterruptStall : IStall
{
    // PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_CLOCK
    static readonly PerfEventSpec Timer = new() { Name = "cpu-clock", Type = 1, Config = 0, Period = 5_000_000 };

    readonly HoldingProgram _program;
    readonly Elapsed _length;

    public HardInterruptStall(Elapsed length)
    {
        _length = length;
        _program = HoldingProgram.For(BpfProgramType.PerfEvent, length);
    }

    public string? Syscall => null;

    public void WarmUp() => _ = MonotonicTime.Now();

    public StallShot? Shoot()
    {
        var before = _program.Last().Begin;
        using var timer = PerfEvent.OpenOwn(Timer);
        timer.Run(_program.Program.File);
        timer.Enable();
        // The interrupt comes within 5 ms of this thread's time; a hole in a loop that reads the clock tells that it came.
        var enough = new Elapsed(_length.Nanoseconds * 9 / 10);
        var begin = MonotonicTime.Now();
        for (var last = begin; ;)
        {
            var now = MonotonicTime.Now();
            if (now - last > enough && _program.Last().Begin != before)
                break;
            if (now - begin > Elapsed.FromSeconds(1))
                return null;
            last = now;
        }
        timer.Disable();
        var (from, to) = _program.Last();
        return new StallShot(from, to - from);
    }

    public void Dispose() => _program.Dispose();
}
