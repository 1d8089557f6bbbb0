// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Probing;

/// <summary>What became of one flow's probes.</summary>
/// <param name="Port">Our source port; null for ICMP, and where each probe has its own.</param>
/// <param name="Stalls">In how many stalls its answers were late.</param>
/// <param name="LateAnswers">Late ones that prove no stall by themselves.</param>
public sealed record FlowCount(int Flow, int? Port, long Sent, long Answered, long Lost, long Stalls, long LateAnswers);
