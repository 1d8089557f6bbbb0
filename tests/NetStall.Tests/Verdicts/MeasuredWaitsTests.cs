// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using NetStall.Model;
using NetStall.Verdicts;
using NetStall.Waits;
using Xunit;

namespace NetStall.Tests.Verdicts;

public sealed class MeasuredWaitsTests
{
    static readonly Gen<Wait> _wait = Gen.Select(Gen.Int[0, 2], Gen.Long[0, 60], Gen.Long[1, 25]).Select((cpu, begin, length) =>
        new Wait(new CpuId(cpu), new KernelTime(begin), new KernelTime(begin + length), WaitEvidence.RaiseToEntry, Tid.Idle, IsUpperBound: false));

    [Fact]
    public void A_silence_is_part_of_any_wait_of_its_cpu_that_covers_half_of_it() => Gen.Select(_wait.Array[0, 12], _wait).Sample((waits, silence) =>
    {
        var measured = new MeasuredWaits();
        foreach (var wait in waits)
            measured.Add(wait);

        bool plainly = waits.Any(w => w.Cpu == silence.Cpu
            && 2 * (Math.Min(w.End.Nanoseconds, silence.End.Nanoseconds) - Math.Max(w.Begin.Nanoseconds, silence.Begin.Nanoseconds)) >= silence.Length.Nanoseconds);
        return measured.Cover(silence) == plainly && measured.Cover(silence) == plainly;
    }, iter: 5_000);
}
