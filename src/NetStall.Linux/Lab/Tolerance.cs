// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text;
using NetStall.Model;
using NetStall.Waits;

namespace NetStall.Linux.Lab;

/// <summary>How far a length may be off: a millisecond where begin and end were seen, two where only a silence was, more on an emulated machine.</summary>
public readonly record struct Tolerance(bool IsEmulated)
{
    /// <summary>Of a stall of this length, seen by this evidence.</summary>
    public Elapsed Of(Elapsed length, WaitEvidence evidence) => IsEmulated
        ? Elapsed.FromMilliseconds(2) + new Elapsed(length.Nanoseconds / 10)
        : Elapsed.FromMilliseconds(evidence == WaitEvidence.SampleHole ? 2 : 1);

    /// <summary>That of this machine: whether its processor is one, or a program (qemu without KVM).</summary>
    public static Tolerance Here()
    {
        // CPUID 0x40000000: who made the virtual machine, in twelve letters.
        if (!X86Base.IsSupported)
            return new Tolerance(IsEmulated: false);
        var (_, b, c, d) = X86Base.CpuId(unchecked((int)0x4000_0000), 0);
        ReadOnlySpan<int> maker = [b, c, d];
        return new Tolerance(Encoding.ASCII.GetString(MemoryMarshal.AsBytes(maker)) == "TCGTCGTCGTCG");
    }
}
