// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Model;

/// <summary>In which context a kernel event was written, as its trace record says: <c>common_flags</c>, or ftrace's flags column.</summary>
/// <remarks>
/// Without <see cref="Known"/> nothing is said: plain samples and <c>perf script</c> text carry no flags.
/// Absence of <see cref="BottomHalvesOff"/> proves nothing before kernel 5.18 or so, which lack the bit.
/// </remarks>
[Flags]
public enum ContextFlags : ushort
{
    None = 0,
    Known = 1,
    InterruptsOff = 2,
    NeedResched = 4,
    NeedReschedLazy = 8,
    HardIrq = 16,
    SoftIrq = 32,
    BottomHalvesOff = 64,
    Nmi = 128,
    PreemptResched = 256,
}
