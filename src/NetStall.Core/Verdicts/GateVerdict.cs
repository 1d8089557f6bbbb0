// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Verdicts;

/// <summary>Whether the recorded kernel leaves softirqs to a ksoftirqd that is merely runnable.</summary>
public enum GateVerdict
{
    Unknown,

    /// <summary>It does: as 4.9 to 6.4 do, unless a distribution took it out.</summary>
    Present,

    /// <summary>It does not: the next interrupt's exit serves.</summary>
    Absent,
}
