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

    static readonly Elapsed LongEnough = Elapsed.FromSeconds(1);

    readonly HoldingProgram _program;

    public HardInterruptStall(Elapsed length) => _program = HoldingProgram.For(BpfProgramType.PerfEvent, length);

    public string? Syscall => null;

    public void WarmUp() => _ = UserMode.Until(() => _program.Last.End != default, Elapsed.Zero);

    public StallShot? Shoot()
    {
        var before = _program.Last;
        using var timer = PerfEvent.OpenOwn(Timer);
        timer.Run(_program.Program.File);
        timer.Enable();
        // It comes within 5 ms of this thread's time.
        _ = UserMode.Until(() => _program.Last.End != before.End, LongEnough);
        timer.Disable();
        return StallShot.Of(_program.Last, before);
    }

    public void Dispose() => _program.Dispose();
}
