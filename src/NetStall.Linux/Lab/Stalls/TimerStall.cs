// SPDX-License-Identifier: Apache-2.0
using NetStall.Linux.Bpf;
using NetStall.Model;

namespace NetStall.Linux.Lab.Stalls;

/// <summary>A timer of a BPF program, whose callback holds: in the softirq of the kernel's timers, on the back of whoever was interrupted. No task is to blame.</summary>
sealed class TimerStall(Elapsed length) : IStall
{
    static readonly Elapsed LongEnough = Elapsed.FromSeconds(1);

    readonly TimerProgram _warmUp = new(Elapsed.Zero);
    readonly TimerProgram _program = new(length);

    public string? Syscall => null;

    public void WarmUp() => Run(_warmUp);

    public StallShot? Shoot() => Run(_program);

    public void Dispose()
    {
        _warmUp.Dispose();
        _program.Dispose();
    }

    // Computing, so that the timer stays on this CPU and interrupts this thread.
    static StallShot? Run(TimerProgram program)
    {
        var before = program.Last;
        program.Program.TestRun();
        _ = UserMode.Until(() => program.Last.End != before.End, LongEnough);
        return StallShot.Of(program.Last, before);
    }
}
