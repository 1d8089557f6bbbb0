// SPDX-License-Identifier: Apache-2.0
using NetStall.Linux.Bpf;
using NetStall.Model;

namespace NetStall.Linux.Lab.Stalls;

/// <summary>A test run of a program that holds: bpf() runs it with bottom halves off (net/bpf/test_run.c).</summary>
sealed class BottomHalvesStall(Elapsed length) : IStall
{
    readonly HoldingProgram _warmUp = HoldingProgram.For(BpfProgramType.SocketFilter, Elapsed.Zero);
    readonly HoldingProgram _program = HoldingProgram.For(BpfProgramType.SocketFilter, length);

    public string Syscall => "bpf";

    public void WarmUp() => _warmUp.Program.TestRun();

    public StallShot? Shoot()
    {
        var before = _program.Last;
        _program.Program.TestRun();
        return StallShot.Of(_program.Last, before);
    }

    public void Dispose()
    {
        _warmUp.Dispose();
        _program.Dispose();
    }
}
